// build c_string.wasm:
// build c_string_growth.wasm: -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=131072 -sTOTAL_STACK=16384
//
// Takes and returns C strings with Emscripten's C library: `malloc` and `free`, `stackSave`,
// `stackRestore` and `stackAlloc`. `live_bytes` returns the bytes that `malloc` has handed out.
#include <emscripten.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EMSCRIPTEN_KEEPALIVE char *greet(const char *name) {
  const size_t size = strlen(name) + sizeof "Hello, !";
  char *result = malloc(size);
  if (result != NULL) snprintf(result, size, "Hello, %s!", name);
  return result;
}

EMSCRIPTEN_KEEPALIVE char *echo(const char *text) { return strdup(text); }

EMSCRIPTEN_KEEPALIVE size_t live_bytes(void) { return mallinfo().uordblks; }
