// build jumps.wasm: -sERROR_ON_UNDEFINED_SYMBOLS=0 -sWARN_ON_UNDEFINED_SYMBOLS=0
// build jumps_native.wasm: -sSUPPORT_LONGJMP=wasm -sERROR_ON_UNDEFINED_SYMBOLS=0 -sWARN_ON_UNDEFINED_SYMBOLS=0
//
// Leaves functions by `longjmp`: with Emscripten's JavaScript, and with WebAssembly's exceptions.
#include <emscripten.h>
#include <setjmp.h>
#include <stdint.h>

__attribute__((import_module("env"), import_name("ask"))) int ask(int question);

static jmp_buf outer;
static jmp_buf inner;

static int descend(int depth, int code) {
  volatile char used[64];
  used[depth % 64] = (char)depth;
  if (depth == 0) longjmp(outer, code);
  return descend(depth - 1, code) + used[0];
}

// Returns the code that `longjmp` passes from some calls below.
EMSCRIPTEN_KEEPALIVE int jump(int depth, int code) {
  const int caught = setjmp(outer);
  return caught != 0 ? caught : descend(depth, code);
}

static int64_t descend_wide(int64_t value) {
  if (value < 0) longjmp(inner, 9);
  return value * 2;
}

static int64_t (*volatile twice)(int64_t) = descend_wide;

// Returns twice a value; a negative one leaves by `longjmp`.
EMSCRIPTEN_KEEPALIVE int64_t wide(int64_t value) {
  return setjmp(inner) != 0 ? -1 : twice(value);
}

// Jumps from one `setjmp` to another around it.
EMSCRIPTEN_KEEPALIVE int nest(int code) {
  const int first = setjmp(outer);
  if (first != 0) return 100 + first;
  const int second = setjmp(inner);
  if (second != 0) longjmp(outer, second + 1);
  longjmp(inner, code);
}

// Asks the host within a `setjmp`.
EMSCRIPTEN_KEEPALIVE int guarded(int question) {
  const int caught = setjmp(outer);
  return caught != 0 ? -caught : ask(question);
}

// Traps within a `setjmp`.
EMSCRIPTEN_KEEPALIVE int trap(void) {
  if (setjmp(outer) == 0) __builtin_trap();
  return 1;
}

static int (*volatile nothing)(void);

// Calls a null pointer within a `setjmp`.
EMSCRIPTEN_KEEPALIVE int call_null(void) { return setjmp(outer) == 0 ? nothing() : 1; }

// Jumps without a `setjmp` of this call.
EMSCRIPTEN_KEEPALIVE int stray(int code) { longjmp(outer, code); }
