// build function_pointers.wasm: -mmutable-globals -Wl,--export-table,--growable-table,--export=__stack_pointer
// build function_pointers_fixed.wasm: -mmutable-globals -Wl,--export-table,--export=__stack_pointer
// build function_pointers_hidden.wasm: -mmutable-globals
// build function_pointers_64.wasm: --target=wasm64 -mmutable-globals -Wl,--export-table,--growable-table
// build function_pointers_no_stack.wasm: -Wl,--export-table,--growable-table
// build function_pointers_imported.wasm: -mmutable-globals -Wl,--import-table,--growable-table,--export=__stack_pointer
//
// Takes function pointers and returns them. `sort` is C's `qsort` of ints. `on_event` keeps a handler
// with its `user_data`, and `emit` calls it; `emit_twice` does so from a frame of half a kilobyte.
// `each_word` calls back with every word of a text, by pointer and length. `map_*` pass each kind of
// number. `get_op` returns one of its own functions by the character of its operator, or null.
#include "malloc.h"

typedef int (*comparator)(const void *left, const void *right);
typedef void (*handler)(const char *event, void *user_data);

EXPORT(sort) void sort(int *items, size count, comparator compare) {
  for (size at = 1; at < count; at++) {
    for (size to = at; to > 0 && compare(&items[to - 1], &items[to]) > 0; to--) {
      const int item = items[to];
      items[to] = items[to - 1];
      items[to - 1] = item;
    }
  }
}

static handler kept;
static void *kept_data;
EXPORT(on_event) void on_event(handler callback, void *user_data) {
  kept = callback;
  kept_data = user_data;
}
EXPORT(emit) int emit(const char *event) {
  if (kept == 0) return 0;
  kept(event, kept_data);
  return 1;
}
EXPORT(emit_twice) int emit_twice(const char *event) {
  volatile char frame[512];
  frame[0] = 1;
  return emit(event) + emit(event) + frame[0] - 1;
}

EXPORT(each_word) int each_word(const char *text, size length,
                                int (*word)(const char *start, size length, void *user_data),
                                void *user_data) {
  int sum = 0;
  for (size at = 0; at < length;) {
    size end = at;
    while (end < length && text[end] != ' ') end++;
    if (end > at) sum += word(text + at, end - at, user_data);
    at = end + 1;
  }
  return sum;
}

EXPORT(map_i64) long long map_i64(long long (*map)(long long), long long value) {
  return map(value);
}
EXPORT(map_f32) float map_f32(float (*map)(float), float value) { return map(value); }
EXPORT(map_f64) double map_f64(double (*map)(double, double), double left, double right) {
  return map(left, right);
}
EXPORT(apply) int apply(int (*op)(int, int), int left, int right) { return op(left, right); }
// Greets by the name that the host makes: a text in a block from `malloc`, which this frees.
EXPORT(greet) int greet(char *(*name)(int), int index) {
  char *text = name(index);
  int sum = 0;
  for (int at = 0; text[at] != 0; at++) sum += text[at];
  free(text);
  return sum;
}
EXPORT(reenter) int reenter(int (*outer)(int), int value) { return outer(value) * 10; }

static int add(int left, int right) { return left + right; }
static int subtract(int left, int right) { return left - right; }
static int divide(int left, int right) { return left / right; }
static double half(double value) { return value / 2; }
static const char *shout(const char *text) {
  static char loud[64];
  size at = 0;
  for (; at < sizeof loud - 1 && text[at] != 0; at++) {
    loud[at] = text[at] >= 'a' && text[at] <= 'z' ? text[at] - 32 : text[at];
  }
  loud[at] = 0;
  return loud;
}
EXPORT(get_op) void *get_op(char name) {
  switch (name) {
  case '+': return (void *)add;
  case '-': return (void *)subtract;
  case '/': return (void *)divide;
  case 'h': return (void *)half;
  case '!': return (void *)shout;
  default: return 0;
  }
}
