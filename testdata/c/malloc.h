// Exports the allocator under its names in C.
#pragma once
#include "texts.h"

EXPORT(malloc) void *malloc(size length) { return heap_allocate(length, 8); }
EXPORT(free) void free(void *pointer) { heap_free(pointer, ANY, ANY); }
