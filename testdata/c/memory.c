// build memory_own.wasm:
// build memory_2_to_10.wasm: -Wl,--import-memory,--initial-memory=131072,--max-memory=655360
// build memory_3_or_more.wasm: -Wl,--import-memory,--initial-memory=196608
// build memory_shared.wasm: -matomics -mbulk-memory -Wl,--shared-memory,--import-memory,--max-memory=262144
// build memory_shared_own.wasm: -matomics -mbulk-memory -Wl,--shared-memory,--max-memory=262144
// build memory_64.wasm: --target=wasm64 -Wl,--import-memory,--max-memory=262144
// build memory_64_own.wasm: --target=wasm64
//
// Appends "WASM is cool!" to the text in its buffer of 100 bytes, with a memory of every kind: its
// own, imported with limits that differ, shared, with 64-bit pointers.
#include "guest.h"

#define SIZE 100

static char buffer[SIZE];

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }
EXPORT(transform) ssize transform(size length) { return append(buffer, length, SIZE); }
