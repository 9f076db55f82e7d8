// build slow_start.wasm: -Wl,--max-memory=4194304
// build slow_start_stripped.wasm: -Wl,--max-memory=4194304 -Wl,--strip-all
// build slow_start_hidden.wasm: -Wl,--max-memory=4194304 -DHIDDEN
//
// Is slow to start: its `_initialize` finds the primes below a million, one after another, as an
// interpreter reads its library or a model its tables. `count` then counts its calls, and works on
// the stack that compilers keep in memory. `fail` traps while it holds a part of that stack.
#include "guest.h"

#define LIMIT 1000000

static unsigned char composite[LIMIT];
static unsigned calls;

EXPORT(_initialize) void initialize(void) {
  for (size number = 2; number < LIMIT; number++) {
    if (composite[number]) continue;
    for (size multiple = number * 2; multiple < LIMIT; multiple += number) composite[multiple] = 1;
  }
}

// Keeps a block on the stack in memory.
__attribute__((noinline)) static unsigned digits(unsigned number, volatile char *text) {
  unsigned length = 0;
  do text[length++] = '0' + number % 10;
  while (number /= 10);
  return length;
}

EXPORT(is_prime) int is_prime(size number) {
  return number > 1 && number < LIMIT && !composite[number];
}

// Returns ten times the number of calls so far, plus the number of its digits.
EXPORT(count) unsigned count(void) {
  volatile char text[4096];
  calls++;
  return calls * 10 + digits(calls, text);
}

EXPORT(grow) size grow(void) { return __builtin_wasm_memory_grow(0, 1); }

EXPORT(fail) void fail(void) {
  volatile char text[4096];
  calls = digits(calls, text);
  __builtin_trap();
}

#ifdef HIDDEN
// A global of WebAssembly, which the host cannot see: a compiler puts what is local to a thread, or
// what assembly declares, into one.
__asm__(".globaltype hidden, i32\n"
        "hidden:\n");
EXPORT(next) int next(void) {
  int value;
  __asm__("global.get hidden\n"
          "i32.const 1\n"
          "i32.add\n"
          "local.tee %0\n"
          "global.set hidden\n"
          : "=r"(value));
  return value;
}
#endif
