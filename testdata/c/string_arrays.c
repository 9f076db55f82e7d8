// build string_arrays.wasm:
// build string_arrays_64.wasm: --target=wasm64
//
// Joins several texts with commas. They come as an array of pointers and one of lengths, as an
// array of pointers to texts that end with a NUL (the array ends with a null pointer, or
// `join_counted` gets its length), or as an array of alternating pointers and lengths; `take` frees
// the array and each text. Results are an i64 with the pointer in the high half.
#include "malloc.h"

typedef unsigned long long packed;

static packed join_texts(const struct text *texts, size count) {
  size length = count == 0 ? 0 : count - 1;
  for (size at = 0; at < count; at++) length += texts[at].length;
  char *block = heap_allocate(length, 1);
  if (block == 0) return 0;
  size end = 0;
  for (size at = 0; at < count; at++) {
    if (at > 0) block[end++] = ',';
    copy(block + end, texts[at].pointer, texts[at].length);
    end += texts[at].length;
  }
  return (packed)(size)block << 32 | length;
}

#define MOST 100

EXPORT(join) packed join(char **pointers, const size *lengths, size count) {
  struct text texts[MOST];
  if (count > MOST) __builtin_trap();
  for (size at = 0; at < count; at++) texts[at] = (struct text){pointers[at], lengths[at]};
  return join_texts(texts, count);
}

EXPORT(join_ended) packed join_ended(char **pointers) {
  struct text texts[MOST];
  size count = 0;
  for (; pointers[count] != 0; count++) {
    if (count == MOST) __builtin_trap();
    texts[count] = (struct text){pointers[count], scan(pointers[count], 1000)};
  }
  return join_texts(texts, count);
}

EXPORT(join_counted) packed join_counted(char **pointers, size count) {
  if (pointers[count] != 0) __builtin_trap();
  return join_ended(pointers);
}

EXPORT(join_pairs) packed join_pairs(const struct text *texts, size count) {
  return join_texts(texts, count);
}

EXPORT(take) packed take(struct text *texts, size count) {
  const packed joined = join_texts(texts, count);
  for (size at = 0; at < count; at++) heap_free(texts[at].pointer, texts[at].length, ANY);
  heap_free(texts, count * sizeof(struct text), ANY);
  return joined;
}
