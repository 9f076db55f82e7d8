// build object_file.wasm: -Wl,--relocatable
// build dynamic_library.wasm: -fPIC --target=wasm32-unknown-emscripten -Wl,--shared,--export-all
//
// Guests that no linker has finished: they import items of the program that they are to be linked
// into.

static char buffer[100];

char *get_buffer(void) { return buffer; }

typedef int (*step)(int);
static int same(int letter) { return letter; }
int upper(int letter) { return letter >= 'a' && letter <= 'z' ? letter - 32 : letter; }
static volatile step steps[] = {same, upper};

int transform(int length) {
  volatile char copy[100];
  for (int at = 0; at < length; at++) copy[at] = (char)steps[at % 2](buffer[at]);
  for (int at = 0; at < length; at++) buffer[at] = copy[at];
  return length;
}
