// build command.wasm:
//
// The program of preview 1 as a component.
#include "../wasi/command.c"
