// build files_directories.wasm: -DADAPTED
//
// The program of preview 1 as a component.
#include "adapted.h"

#include "../wasi/files_directories.c"
