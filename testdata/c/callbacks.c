// build callbacks.wasm: -Wl,-z,stack-size=8192
// build callbacks_stack_pointer.wasm: -Wl,-z,stack-size=8192 -mmutable-globals -Wl,--export=__stack_pointer
// build callbacks_stack_functions.wasm: -Wl,-z,stack-size=8192 -DSTACK_FUNCTIONS
// build callbacks_64.wasm: --target=wasm64 -Wl,-z,stack-size=8192
// build callbacks_shared.wasm: -Wl,-z,stack-size=8192 -matomics -mbulk-memory -Wl,--shared-memory,--import-memory,--max-memory=1048576
//
// Calls the host in the middle of a call, with a frame of about a kilobyte on the shadow stack.
// `announce` passes the greeting to `env.log(pointer, length)` and returns it. `ask` passes its
// argument to `env.answer(pointer, length)` and returns the host's answer, a block from `malloc` in
// an i64 with the pointer in the high half. `ask_twice` asks again with the answer, `ask_and_trap`
// traps after it, `ask_times` asks that often and frees all answers but the last. `say` passes a C
// string to `env.print(const char *)`. The stack has 8 KiB and comes right after `canary()`, which
// returns 42 until something overwrites it.
#include "malloc.h"
#include "stack.h"

typedef unsigned long long packed;

IMPORT(env, log) void log_text(const char *text, size length);
IMPORT(env, answer) packed answer(const char *text, size length);
IMPORT(env, print) void print(const char *text);

static packed pack(struct text text) { return (packed)(size)text.pointer << 32 | text.length; }

static volatile int guarded = 42;
EXPORT(canary) int canary(void) { return guarded; }

#ifdef STACK_FUNCTIONS
EXPORT(stackSave) char *stack_save(void) { return get_stack_pointer(); }
EXPORT(stackRestore) void stack_restore(char *pointer) { set_stack_pointer(pointer); }
#endif

EXPORT(announce) packed announce(const char *name, size length) {
  char frame[1000];
  fill(frame, '.', sizeof frame);
  if (greet_length(length) > sizeof frame) return 0;
  write_greet(frame, name, length);
  log_text(frame, greet_length(length));
  return pack(new_echo(frame, greet_length(length), 0, 0));
}

EXPORT(ask) packed ask(const char *text, size length) {
  char frame[1000];
  fill(frame, '.', sizeof frame);
  if (length > sizeof frame) return 0;
  copy(frame, text, length);
  return answer(frame, length);
}

EXPORT(ask_twice) packed ask_twice(const char *text, size length) {
  const packed first = ask(text, length);
  const packed second = ask((const char *)(size)(first >> 32), (unsigned)first);
  free((void *)(size)(first >> 32));
  return second;
}

EXPORT(ask_and_trap) packed ask_and_trap(const char *text, size length) {
  ask(text, length);
  __builtin_trap();
}

EXPORT(ask_times) packed ask_times(const char *text, size length, unsigned times) {
  packed last = 0;
  for (; times > 0; times--) {
    free((void *)(size)(last >> 32));
    last = answer(text, length);
  }
  return last;
}

EXPORT(say) void say(const char *text, size length) {
  char frame[1000];
  fill(frame, '.', sizeof frame);
  if (length >= sizeof frame) return;
  copy(frame, text, length);
  frame[length] = 0;
  print(frame);
}
