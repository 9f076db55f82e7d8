// build host_multi_value.wasm: -mmultivalue -Xclang -target-abi -Xclang experimental-mv
//
// `env.answer(pointer, byteLength) -> (pointer, byteLength)` has two results; `ask` returns them.
#include "malloc.h"

IMPORT(env, answer) struct text answer(const char *text, size length);

EXPORT(ask) struct text ask(const char *text, size length) { return answer(text, length); }
