// build startup_reactor.wasm: -DREACTOR
// build startup_constructors.wasm: -Wl,--export=__wasm_call_ctors
// build startup_reactor_and_constructors.wasm: -DREACTOR -Wl,--export=__wasm_call_ctors
// build startup_command.wasm: -Wl,--entry=_start
//
// Appends a digit to the text in its buffer of 100 bytes: how often its constructor has run. That
// is 1 if the guest was started correctly, and 0 for a command that has not run.
#include "guest.h"

#define SIZE 100

static char buffer[SIZE];
static volatile int runs;

void __wasm_call_ctors(void);

__attribute__((constructor)) static void construct(void) { runs++; }

#ifdef REACTOR
EXPORT(_initialize) void _initialize(void) { __wasm_call_ctors(); }
#endif
void _start(void) { __wasm_call_ctors(); }

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

EXPORT(transform) int transform(size length) {
  if (length >= SIZE) return -1;
  buffer[length] = '0' + runs;
  return length + 1;
}
