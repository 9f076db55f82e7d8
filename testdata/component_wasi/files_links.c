// build files_links.wasm: -DADAPTED
//
// The program of preview 1 as a component.
#include "adapted.h"

#include "../wasi/files_links.c"
