// build c_string_stack.wasm: -Wl,-z,stack-size=4096
//
// Takes C strings without an allocator: the host puts them on the shadow stack, which has 4 KiB
// right after `canary()`. That returns 42 until something overwrites it. `stackAlloc` takes from
// the stack, as Emscripten's does. `greet` returns a static text of at most 255 bytes, or null if
// it would be longer.
#include "stack.h"
#include "guest.h"

static volatile int guarded = 42;
EXPORT(canary) int canary(void) { return guarded; }

EXPORT(stackSave) char *stack_save(void) { return get_stack_pointer(); }
EXPORT(stackRestore) void stack_restore(char *pointer) { set_stack_pointer(pointer); }
EXPORT(stackAlloc) char *stack_allocate(unsigned long byteLength) {
  char *pointer = get_stack_pointer() - ((byteLength + 15) & ~15ul);
  set_stack_pointer(pointer);
  return pointer;
}

static char answer[256];

EXPORT(greet) char *greet(const char *name) {
  const char *head = "Hello, ";
  unsigned length = 0;
  while (*head != 0) answer[length++] = *head++;
  while (*name != 0) {
    if (length > 253) return 0;
    answer[length++] = *name++;
  }
  answer[length++] = '!';
  answer[length] = 0;
  return answer;
}
