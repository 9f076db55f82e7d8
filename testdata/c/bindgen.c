// build bindgen_old.wasm: -DMALLOC=__wbindgen_malloc -DFREE=__wbindgen_free -DOLD
// build bindgen_new.wasm: -DMALLOC=__wbindgen_malloc -DFREE=__wbindgen_free -DREALLOC=__wbindgen_realloc
// build bindgen_multi_value.wasm: -DMALLOC=__wbindgen_malloc -DFREE=__wbindgen_free -DMULTI -mmultivalue -Xclang -target-abi -Xclang experimental-mv
// build bindgen_renamed.wasm: -DMALLOC=__wbindgen_export_0 -DREALLOC=__wbindgen_export_1 -DFREE=__wbindgen_export_2
// build bindgen_start.wasm: -DMALLOC=__wbindgen_malloc -DFREE=__wbindgen_free -DSTART
// build bindgen_glue.wasm: -DMALLOC=__wbindgen_malloc -DFREE=__wbindgen_free -DGLUE
//
// Has the code that wasm-bindgen generates for `fn greet(name: &str) -> String`: the guest frees
// its argument, the caller the result. The result is in a return area on the shadow stack, which
// `__wbindgen_add_to_stack_pointer` reserves, or it is two values. `__wbindgen_start` has to run
// first. A guest with `GLUE` imports functions that only the generated JavaScript has.
#include "stack.h"
#include "texts.h"

#define PASTE_EXPORT(name) EXPORT(name)

// As in Rust, no block is allocated for no bytes: their pointer dangles.
static void *allocate(size length, size align) {
  return length == 0 ? (void *)align : heap_allocate(length, align);
}

static void release(void *pointer, size length, size align) {
  if (length != 0) heap_free(pointer, length, align);
}

#ifdef OLD
PASTE_EXPORT(MALLOC) void *MALLOC(size length) { return allocate(length, 1); }
PASTE_EXPORT(FREE) void FREE(void *pointer, size length) { release(pointer, length, 1); }
#else
PASTE_EXPORT(MALLOC) void *MALLOC(size length, size align) { return allocate(length, align); }
PASTE_EXPORT(FREE) void FREE(void *pointer, size length, size align) {
  release(pointer, length, align);
}
#endif

static struct text answer(char *in, size length, struct text text) {
  release(in, length, 1);
  if (text.pointer == 0) __builtin_trap();
  if (text.length > 0) return text;
  heap_free(text.pointer, 0, 1);
  return (struct text){(char *)1, 0};
}

#ifdef REALLOC
PASTE_EXPORT(REALLOC) void *REALLOC(void *old, size old_length, size length, size align) {
  return heap_reallocate(old, old_length, align, length);
}
#endif

#ifdef START
static int started;
EXPORT(__wbindgen_start) void start(void) { started++; }
#define CHECK() if (started != 1) __builtin_trap();
#elif defined(GLUE)
IMPORT(wbg, __wbindgen_throw) void throw_text(const char *text, size length);
IMPORT(wbg, __wbg_log_1d3ae0273d8f4f8a) void log_object(int index);
#define CHECK() if (length > 100) throw_text(in, length); else log_object(length);
#else
#define CHECK()
#endif

#ifdef MULTI
#define FORM(name)                                           \
  EXPORT(name) struct text name(char *in, size length) {     \
    return answer(in, length, new_##name(in, length, 0, 0)); \
  }
#else
EXPORT(__wbindgen_add_to_stack_pointer) char *add_to_stack_pointer(int by) {
  char *pointer = get_stack_pointer() + by;
  set_stack_pointer(pointer);
  return pointer;
}

#define FORM(name)                                                   \
  EXPORT(name) void name(struct text *area, char *in, size length) { \
    CHECK()                                                          \
    *area = answer(in, length, new_##name(in, length, 0, 0));        \
  }
#endif
BOTH(FORM)
