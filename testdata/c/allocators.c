// build allocator_malloc.wasm: -DALLOCATE=malloc -DFREE=free
// build allocator_alloc.wasm: -DALLOCATE=alloc -DFREE=dealloc -DFREE_SIZE
// build allocator_alloc_align.wasm: -DALLOCATE=alloc -DALIGN -DFREE=dealloc -DFREE_SIZE -DFREE_ALIGN
// build allocator_allocate.wasm: -DALLOCATE=allocate -DFREE=deallocate -DFREE_SIZE
// build allocator_underscores.wasm: -DALLOCATE=__alloc -DFREE=__free
// build allocator_prefixed.wasm: -DALLOCATE=greeter_malloc -DFREE=greeter_free
// build allocator_walloc.wasm: -DALLOCATE=walloc -DFREE=wfree -DFREE_SIZE
// build allocator_wasm_names.wasm: -DALLOCATE=wasm_alloc -DFREE=wasm_dealloc -DFREE_SIZE
// build allocator_create_buffer.wasm: -DALLOCATE=create_buffer -DFREE=destroy_buffer
// build allocator_minified.wasm: -DALLOCATE=b -DFREE=c
// build allocator_realloc.wasm: -DREALLOC=reallocate -DFREE=free -DFREE_SIZE -DFREE_ALIGN
// build allocator_realloc_alone.wasm: -DREALLOC=canonical_realloc -DREALLOC_FREES
// build allocator_without_free.wasm: -DALLOCATE=alloc -DARENA
// build allocator_empty_null.wasm: -DALLOCATE=malloc -DFREE=free -DEMPTY_IS_NULL
//
// Has allocators of every form and under many names. Results are an i64 with the pointer in the
// high half, freed in the same way as arguments.
#include "texts.h"

#define PASTE_EXPORT(name) EXPORT(name)
#define ALIGNMENT 1

#ifdef ALLOCATE
#ifdef ALIGN
PASTE_EXPORT(ALLOCATE) void *ALLOCATE(size length, size align) {
  return heap_allocate(length, align);
}
#elif defined(EMPTY_IS_NULL)
PASTE_EXPORT(ALLOCATE) void *ALLOCATE(size length) {
  return length == 0 ? 0 : heap_allocate(length, ALIGNMENT);
}
#else
PASTE_EXPORT(ALLOCATE) void *ALLOCATE(size length) { return heap_allocate(length, ALIGNMENT); }
#endif
#endif

#ifdef REALLOC
PASTE_EXPORT(REALLOC) void *REALLOC(void *old, size old_length, size align, size length) {
#ifdef REALLOC_FREES
  if (length == 0 && old_length != 0) {
    heap_free(old, old_length, align);
    return 0;
  }
#endif
  return heap_reallocate(old, old_length, align, length);
}
#endif

#ifdef FREE
#if defined(FREE_ALIGN)
PASTE_EXPORT(FREE) void FREE(void *pointer, size length, size align) {
  heap_free(pointer, length, align);
}
#elif defined(FREE_SIZE)
PASTE_EXPORT(FREE) void FREE(void *pointer, size length) { heap_free(pointer, length, ANY); }
#else
PASTE_EXPORT(FREE) void FREE(void *pointer) { heap_free(pointer, ANY, ANY); }
#endif
#endif

#ifdef ARENA
// Frees every block that was handed out.
EXPORT(reset) void reset(void) {
  heap_end = 0;
  live_blocks = live_length = 0;
}
#endif

#define FORM(name)                                                     \
  EXPORT(name) unsigned long long name(const char *in, size length) {  \
    const struct text text = new_##name(in, length, 0, 0);             \
    return (unsigned long long)(size)text.pointer << 32 | text.length; \
  }
BOTH(FORM)
