// build files_contents.wasm: -DADAPTED
//
// The program of preview 1 as a component.
#include "adapted.h"

#include "../wasi/files_contents.c"
