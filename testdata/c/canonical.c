// build canonical_utf8.wasm: -DUNIT=__UINT8_TYPE__
// build canonical_utf16.wasm: -DUNIT=__UINT16_TYPE__
//
// Has the canonical ABI of the component model, written by hand: `greet: func(name: string) ->
// string` and others of the interface `example:text/greeter@1.0.0`. The guest owns and frees its
// arguments. A result that is not a flat number is in a return area, whose address is returned; it
// lasts until the post-return function is called. A string's length counts code units.
#include "texts.h"

#define FUNCTION(name) __attribute__((export_name("example:text/greeter@1.0.0#" name)))
#define POST(name) __attribute__((export_name("cabi_post_example:text/greeter@1.0.0#" name)))

struct string {
  UNIT *units;
  size length;
};
struct bytes {
  unsigned char *bytes;
  size length;
};

static struct string string_area;
static struct bytes bytes_area;
static int posts;  // return areas whose post-return function has not been called yet

EXPORT(cabi_realloc) void *cabi_realloc(void *old, size old_length, size align, size length) {
  return heap_reallocate(old, old_length, align, length);
}

static void free_units(UNIT *units, size length) {
  if (length > 0) heap_free(units, length * sizeof(UNIT), sizeof(UNIT));
}

static struct string *begin_string(size length) {
  if (posts++ != 0) __builtin_trap();
  UNIT *units = heap_allocate(length * sizeof(UNIT), sizeof(UNIT));
  if (units == 0) __builtin_trap();
  string_area = (struct string){units, length};
  return &string_area;
}

static void end_string(struct string *area) {
  if (area != &string_area || posts-- != 1) __builtin_trap();
  heap_free(area->units, area->length * sizeof(UNIT), sizeof(UNIT));
}

FUNCTION("greet") struct string *greet(UNIT *name, size length) {
  struct string *area = begin_string(length + 8);
  for (int at = 0; at < 7; at++) area->units[at] = "Hello, "[at];
  copy(area->units + 7, name, length * sizeof(UNIT));
  area->units[7 + length] = '!';
  free_units(name, length);
  return area;
}
POST("greet") void post_greet(struct string *area) { end_string(area); }

FUNCTION("echo") struct string *echo(UNIT *text, size length) {
  struct string *area = begin_string(length);
  copy(area->units, text, length * sizeof(UNIT));
  free_units(text, length);
  return area;
}
POST("echo") void post_echo(struct string *area) { end_string(area); }

// Returns the text so many times, one after the other.
FUNCTION("repeat") struct string *repeat(UNIT *text, size length, unsigned times) {
  struct string *area = begin_string(length * times);
  for (unsigned time = 0; time < times; time++) {
    copy(area->units + time * length, text, length * sizeof(UNIT));
  }
  free_units(text, length);
  return area;
}
POST("repeat") void post_repeat(struct string *area) { end_string(area); }

FUNCTION("length-of") unsigned length_of(UNIT *text, size length) {
  free_units(text, length);
  return length;
}

FUNCTION("add") unsigned add(unsigned left, unsigned right) { return left + right; }

// Returns a `list<u8>` in reverse.
FUNCTION("reverse") struct bytes *reverse(unsigned char *bytes, size length) {
  if (posts++ != 0) __builtin_trap();
  bytes_area = (struct bytes){heap_allocate(length, 1), length};
  if (bytes_area.bytes == 0) __builtin_trap();
  for (size at = 0; at < length; at++) bytes_area.bytes[at] = bytes[length - 1 - at];
  if (length > 0) heap_free(bytes, length, 1);
  return &bytes_area;
}
POST("reverse") void post_reverse(struct bytes *area) {
  if (area != &bytes_area || posts-- != 1) __builtin_trap();
  heap_free(area->bytes, area->length, 1);
}
