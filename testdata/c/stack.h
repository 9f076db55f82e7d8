// The shadow stack of C.
#pragma once
#include "guest.h"

#ifdef __wasm64__
__asm__(".globaltype __stack_pointer, i64\n");
#else
__asm__(".globaltype __stack_pointer, i32\n");
#endif

static inline char *get_stack_pointer(void) {
  char *pointer;
  __asm__ volatile("global.get __stack_pointer\nlocal.set %0" : "=r"(pointer));
  return pointer;
}

static inline void set_stack_pointer(char *pointer) {
  __asm__ volatile("local.get %0\nglobal.set __stack_pointer" : : "r"(pointer));
}
