// build hello.wasm:
//
// A command that greets whom its first argument names, or nobody.
#include <stdio.h>

int main(int argc, char **argv) {
  printf("Hello, %s!\n", argc > 1 ? argv[1] : "nobody");
  return 0;
}
