// Functions of the guests with an allocator: `greet` returns "Hello, <name>!" and `echo` the text.
#pragma once
#include "heap.h"

struct text {
  char *pointer;
  size length;
};

static inline size greet_length(size length) { return length + 8; }
static inline size echo_length(size length) { return length; }

static inline void write_greet(char *to, const char *name, size length) {
  copy(to, "Hello, ", 7);
  copy(to + 7, name, length);
  to[7 + length] = '!';
}

static inline void write_echo(char *to, const char *bytes, size length) {
  copy(to, bytes, length);
}

// Defines a function of this form for each of the two.
#define BOTH(form) form(greet) form(echo)

// Makes a block with `head` bytes before the text and `tail` bytes after it. Its pointer is 0 if
// memory ran out.
#define NEW(name)                                                                           \
  static inline struct text new_##name(const char *in, size length, size head, size tail) { \
    struct text text = {0, name##_length(length)};                                          \
    char *block = heap_allocate(head + text.length + tail, 1);                              \
    if (block == 0) return text;                                                            \
    write_##name(block + head, in, length);                                                 \
    text.pointer = block;                                                                   \
    return text;                                                                            \
  }
BOTH(NEW)
