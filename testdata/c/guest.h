// Shared code of the guests in this folder. They have no C library.
#pragma once
#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(module, name) __attribute__((import_module(#module), import_name(#name)))

// This has 32 bits, or 64 if memory has 64-bit pointers.
typedef __SIZE_TYPE__ size;
typedef __PTRDIFF_TYPE__ ssize;

// Returns the length of a text that ends with a NUL within `capacity`, or -1.
static inline ssize scan(const char *text, size capacity) {
  for (size at = 0; at < capacity; at++) {
    if (text[at] == 0) return at;
  }
  return -1;
}

// Appends "WASM is cool!" and returns the new length, or -1 if there is no room for it.
static inline ssize append(char *text, size length, size capacity) {
  static const char appendix[] = "WASM is cool!";
  const size added = sizeof appendix - 1;
  if (length > capacity || added > capacity - length) return -1;
  for (size at = 0; at < added; at++) text[length + at] = appendix[at];
  return length + added;
}
