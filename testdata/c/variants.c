// build variants.wasm:
// build variants_64.wasm: --target=wasm64
//
// Has values whose meaning depends on another: short texts that lie in their struct, a result that is
// there only for one status, unions with a tag, and records of different sizes one after another.
#include "malloc.h"

struct packed_text {
  unsigned length;
  unsigned is_short;  // then the text itself lies in `as`
  union {
    char bytes[16];
    const char *pointer;
  } as;
};

// Returns a struct with the text: short ones lie in it.
EXPORT(text_of) const struct packed_text *text_of(const char *in, size length) {
  static struct packed_text text;
  text.length = length;
  text.is_short = length <= sizeof text.as.bytes;
  if (text.is_short) copy(text.as.bytes, in, length);
  else text.as.pointer = in;
  return &text;
}

// Looks for a name by its number: 0 if it is found, 1 if there is none, -2 if the number is odd.
EXPORT(find) int find(int id, const char **name, unsigned *age) {
  if (id % 2 != 0) return -2;
  if (id > 2) return 1;
  *name = id == 0 ? "Ada" : "Grace";
  *age = id == 0 ? 36 : 85;
  return 0;
}

// The same, with a name that the caller frees.
EXPORT(find_copy) int find_copy(int id, char **name, unsigned *age) {
  const char *found;
  const int status = find(id, &found, age);
  *name = (char *)8;  // no address at all, unless it is found
  if (status != 0) return status;
  size length = 0;
  while (found[length] != 0) length++;
  *name = malloc(length + 1);
  copy(*name, found, length + 1);
  return 0;
}

enum kind { KIND_NULL, KIND_BOOLEAN, KIND_NUMBER, KIND_TEXT, KIND_PAIR, KIND_LATER = 9 };

struct value {
  enum kind kind;
  union {
    int boolean;
    double number;
    struct {
      const char *pointer;
      size length;
    } text;
    struct {
      short first;
      short second;
    } pair;
  } as;
};

static void fill_value(struct value *value, unsigned index) {
  static const enum kind kinds[] = {KIND_NULL, KIND_BOOLEAN, KIND_NUMBER,
                                    KIND_TEXT, KIND_PAIR,    KIND_LATER};
  value->kind = kinds[index % 6];
  switch (value->kind) {
    case KIND_BOOLEAN: value->as.boolean = 1; break;
    case KIND_NUMBER: value->as.number = 2.5; break;
    case KIND_TEXT:
      value->as.text.pointer = "text";
      value->as.text.length = 4;
      break;
    case KIND_PAIR:
      value->as.pair.first = -1;
      value->as.pair.second = 300;
      break;
    default: break;
  }
}

// Returns a value of each kind in turn; the last kind is one that no declaration knows.
EXPORT(value_at) const struct value *value_at(unsigned index) {
  static struct value value;
  fill_value(&value, index);
  return &value;
}

// Returns `count` values one after another.
EXPORT(values) const struct value *values(unsigned count) {
  static struct value all[12];
  for (unsigned index = 0; index < count && index < 12; index++) fill_value(&all[index], index);
  return all;
}

EXPORT(size_of_value) size size_of_value(void) { return sizeof(struct value); }
EXPORT(offset_of_as) size offset_of_as(void) { return __builtin_offsetof(struct value, as); }

// An entry of a directory, with its name behind it.
struct entry {
  unsigned short size;  // up to the next entry
  unsigned char kind;
  unsigned char name_length;
  unsigned id;
  char name[];
};

static char directory[256];

// Fills the directory with three entries; `fault` is what is wrong with the size of the second: 0 for
// nothing, 1 for a size of 0, 2 for one that ends in the middle of its fields, 3 for one far too large.
EXPORT(list) const char *list(unsigned fault) {
  static const char *const names[] = {"a", "long name", ""};
  char *at = directory;
  for (unsigned index = 0; index < 3; index++) {
    struct entry *entry = (struct entry *)at;
    unsigned length = 0;
    for (; names[index][length] != 0; length++) entry->name[length] = names[index][length];
    entry->name_length = length;
    entry->kind = index;
    entry->id = 100 + index;
    entry->size = (sizeof(struct entry) + length + 3) & ~3u;
    at += entry->size;
    if (index == 1 && fault == 1) entry->size = 0;
    if (index == 1 && fault == 2) entry->size = 4;
    if (index == 1 && fault == 3) entry->size = 65535;
  }
  return directory;
}

// Returns the bytes `times` times; the caller knows how many that are.
EXPORT(repeat) const char *repeat(const char *in, size length, unsigned times) {
  static char out[1024];
  char *at = out;
  for (unsigned time = 0; time < times; time++) {
    for (size index = 0; index < length && at < out + sizeof out; index++) *at++ = in[index];
  }
  return out;
}
