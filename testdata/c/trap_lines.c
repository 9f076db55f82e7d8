// build trap_lines.wasm: -gdwarf-4 -fdebug-compilation-dir=.
// build trap_lines_5.wasm: -gdwarf-5 -fdebug-compilation-dir=.
//
// Traps at three places, each below two other functions. The binary has DWARF's line table, in
// version 4 or 5. A comment marks each line that is in the trace.
#include "trap_lines.h"

#define APART __attribute__((noinline))

static volatile int depth;

APART static int divide(int left, int right) {
  depth++;
  return left / right; // divide
}

APART static int reach(int which, int value) {
  switch (which) {
  case 0:
    return divide(42, value) + depth; // reach divide
  case 1:
    return trap_in_header(value) + depth; // reach header
  default:
    __builtin_unreachable();
  }
}

EXPORT(run) int run(int which, int value) {
  const int found = reach(which, value); // run
  return found * 2;
}
