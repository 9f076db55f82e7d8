// build hello.wasm:
//
// The program of preview 1 as a component.
#include "../wasi/hello.c"
