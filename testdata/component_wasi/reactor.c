// build reactor.wasm: -mexec-model=reactor
// build reactor_quits.wasm: -mexec-model=reactor -DQUITS
//
// A reactor that writes to standard output while it is instantiated, and may exit then. Its exports
// follow the canonical ABI, with the types of reactor.wit.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

struct text {
  char *pointer;
  size_t length;
};

static struct {
  unsigned char is_error;
  struct text text;
} result;

__attribute__((constructor)) static void initialize(void) {
  puts("started");
#ifdef QUITS
  printf("leaving");
  exit(1);
#endif
}

EXPORT("cabi_realloc") void *allocate(void *old, size_t old_size, size_t align, size_t size) {
  (void)old_size, (void)align;
  return realloc(old, size);
}

// Reads up to 100 bytes of the file at a path.
EXPORT("read") void *read_file(char *path, size_t length) {
  static char buffer[100];
  char *name = strndup(path, length);
  FILE *file = fopen(name, "r");
  result.is_error = file == NULL;
  if (file == NULL) {
    result.text.pointer = strerror(errno);
    result.text.length = strlen(result.text.pointer);
  } else {
    result.text.pointer = buffer;
    result.text.length = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
  }
  free(name);
  free(path);
  return &result;
}

EXPORT("say") void say(char *line, size_t length) {
  printf("%.*s\n", (int)length, line);
  free(line);
}

EXPORT("quit") void quit(void) { exit(1); }
