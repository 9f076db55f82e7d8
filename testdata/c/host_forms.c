// build host_forms.wasm: -mmutable-globals -Wl,--export=__stack_pointer
//
// Calls the host in every form that text can have. `take_*` passes its argument to the import of
// the same name. `give_*` returns the result of the import of the same name, as an i64 with the
// pointer in the high half, and frees the host's block if there is one. `live_allocations()` shows
// leaks.
#include "malloc.h"

typedef unsigned long long packed;

struct prefixed {
  unsigned length;
  char bytes[];
};

static packed pack(const char *pointer, size length) {
  return (packed)(size)pointer << 32 | length;
}

static packed echo(const char *text, size length) {
  return pack(new_echo(text, length, 0, 0).pointer, length);
}

// Copies the text after `head` bytes and before a NUL of two bytes.
static char *copied(const char *text, size length, size head) {
  char *block = new_echo(text, length, head, 2).pointer;
  if (block != 0) block[head + length] = block[head + length + 1] = 0;
  return block;
}

static packed answered(char *block, const char *text, size length) {
  const packed result = echo(text, length);
  free(block);
  return result;
}

static size length_of(const char *text) {
  size length = 0;
  while (text[length] != 0) length++;
  return length;
}

IMPORT(env, take_length) void take_length(const char *text, size length);
IMPORT(env, take_terminated) void take_terminated(const char *text);
IMPORT(env, take_packed_high) void take_packed_high(packed text);
IMPORT(env, take_packed_low) void take_packed_low(packed text);
IMPORT(env, take_prefixed) void take_prefixed(const struct prefixed *text);
IMPORT(env, take_units) void take_units(const void *text, size units);
IMPORT(env, take_owned) void take_owned(char *text, size length);
IMPORT(env, take_two)
void take_two(int mark, const char *first, size length, const char *second, size rest);
IMPORT(env, take_nothing) void take_nothing(const char *text);
IMPORT(env, take_outside) void take_outside(const char *text, size length);

EXPORT(take_length) void call_take_length(const char *text, size length) { take_length(text, length); }

EXPORT(take_terminated) void call_take_terminated(const char *text, size length) {
  char *block = copied(text, length, 0);
  take_terminated(block);
  free(block);
}

EXPORT(take_packed_high) void call_take_packed_high(const char *text, size length) {
  take_packed_high(pack(text, length));
}

EXPORT(take_packed_low) void call_take_packed_low(const char *text, size length) {
  take_packed_low((packed)length << 32 | (size)text);
}

EXPORT(take_prefixed) void call_take_prefixed(const char *text, size length) {
  struct prefixed *block = (struct prefixed *)copied(text, length, sizeof *block);
  block->length = length;
  take_prefixed(block);
  free(block);
}

// The argument is UTF-16.
EXPORT(take_units) void call_take_units(const char *text, size length) {
  take_units(text, length / 2);
}

// The host frees its argument.
EXPORT(take_owned) void call_take_owned(const char *text, size length) {
  take_owned(copied(text, length, 0), length + 2);
}

// Passes the first `at` bytes and the rest.
EXPORT(take_two) void call_take_two(const char *text, size length, size at) {
  take_two(-7, text, at, text + at, length - at);
}

EXPORT(take_nothing) void call_take_nothing(void) { take_nothing(0); }
EXPORT(take_outside) void call_take_outside(void) { take_outside((const char *)0xfffffff0, 16); }

IMPORT(env, give_packed_high) packed give_packed_high(void);
IMPORT(env, give_packed_low) packed give_packed_low(void);
IMPORT(env, give_terminated) char *give_terminated(void);
IMPORT(env, give_prefixed) struct prefixed *give_prefixed(void);
IMPORT(env, give_area_before) void give_area_before(struct text *area, int mark);
IMPORT(env, give_area_after) void give_area_after(int mark, struct text *area);
IMPORT(env, give_out_parameters) void give_out_parameters(size *length, char **text);
IMPORT(env, give_output) int give_output(char *out, size capacity);
IMPORT(env, give_output_terminated) void give_output_terminated(char *out, size capacity);
IMPORT(env, give_number) long long give_number(int mark);

EXPORT(give_packed_high) packed call_give_packed_high(void) {
  const packed text = give_packed_high();
  char *pointer = (char *)(size)(text >> 32);
  return answered(pointer, pointer, (unsigned)text);
}

EXPORT(give_packed_low) packed call_give_packed_low(void) {
  const packed text = give_packed_low();
  char *pointer = (char *)(size)text;
  return answered(pointer, pointer, text >> 32);
}

EXPORT(give_terminated) packed call_give_terminated(void) {
  char *text = give_terminated();
  if (text == 0) return echo("nothing", 7);
  return answered(text, text, length_of(text));
}

EXPORT(give_prefixed) packed call_give_prefixed(void) {
  struct prefixed *text = give_prefixed();
  return answered((char *)text, text->bytes, text->length);
}

EXPORT(give_area_before) packed call_give_area_before(void) {
  struct text area;
  give_area_before(&area, -7);
  return answered(area.pointer, area.pointer, area.length);
}

EXPORT(give_area_after) packed call_give_area_after(void) {
  struct text area;
  give_area_after(-7, &area);
  return answered(area.pointer, area.pointer, area.length);
}

EXPORT(give_area_outside) void call_give_area_outside(void) {
  give_area_after(-7, (struct text *)-4);
}

EXPORT(give_out_parameters) packed call_give_out_parameters(void) {
  char *text;
  size length;
  give_out_parameters(&length, &text);
  return answered(text, text, length);
}

// Makes room for `capacity` bytes, followed by a mark that must still be there after the call.
static packed output(size capacity, int terminated) {
  char out[64];
  if (capacity >= sizeof out) __builtin_trap();
  fill(out, '#', sizeof out);
  const int length = terminated ? (give_output_terminated(out, capacity), (int)length_of(out))
                                : give_output(out, capacity);
  if (out[capacity] != '#') __builtin_trap();
  return echo(out, length);
}

EXPORT(give_output) packed call_give_output(size capacity) { return output(capacity, 0); }
EXPORT(give_output_terminated) packed call_give_output_terminated(size capacity) {
  return output(capacity, 1);
}
EXPORT(give_output_outside) int call_give_output_outside(void) { return give_output((char *)-4, 16); }

EXPORT(give_number) long long call_give_number(int mark) { return give_number(mark); }
