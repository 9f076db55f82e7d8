// build traps.wasm:
//
// Appends "WASM is cool!" to the text in its buffer of 100 bytes (`transform`), or traps in each of
// the possible ways.
#include "guest.h"

#define SIZE 100

static char buffer[SIZE];
static volatile int zero;
static volatile double huge = 1e300;
static int recurse(int depth);
static int (*volatile next)(int) = recurse;
static int (*volatile nobody)(int);

static int recurse(int depth) { return next(depth + 1) + 1; }

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }
EXPORT(transform) int transform(size length) { return append(buffer, length, SIZE); }

EXPORT(trap_unreachable) int trap_unreachable(size length) {
  buffer[0] = length;
  __builtin_trap();
}
EXPORT(trap_divide) int trap_divide(int length) { return length / zero; }
EXPORT(trap_remainder) int trap_remainder(int length) { return length % zero; }
EXPORT(trap_overflow) int trap_overflow(int length) {
  const volatile int lowest = -2147483647 - 1;
  return lowest / (zero - 1) + length;
}
EXPORT(trap_out_of_bounds) int trap_out_of_bounds(size length) {
  return *(volatile char *)(0x7ffffff0 + length);
}
EXPORT(trap_float) int trap_float(int length) { return __builtin_wasm_trunc_s_i32_f64(huge) + length; }
EXPORT(trap_null_function) int trap_null_function(int length) { return nobody(length); }
EXPORT(trap_signature) int trap_signature(int length) {
  double (*volatile other)(double) = (double (*)(double))(void (*)(void))next;
  return (int)other(length);
}
EXPORT(trap_stack) int trap_stack(int length) { return next(length); }
