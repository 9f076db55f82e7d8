// build lists.wasm:
// build lists_64.wasm: --target=wasm64
//
// Has lists. `split` returns the parts between commas as an array of pointers and lengths; the
// array and each text are blocks that the caller frees. `words` finds the words of a text, one at a
// time: `next_word` goes on, `word_start` and `word_end` return the word's place in the argument,
// `next_letter` goes through its letters. `next_item` goes through the array of `split` and returns
// a pointer. `always` has no end, and `word_after` returns a place after the end of the argument.
#include "malloc.h"

static struct text *items;
static size item_count, item_at;

EXPORT(split) void split(const char *in, size length, struct text *area) {
  size count = length == 0 ? 0 : 1;
  for (size at = 0; at < length; at++) count += in[at] == ',';
  struct text *array = count == 0 ? 0 : heap_allocate(count * sizeof(struct text), 8);
  size start = 0, index = 0;
  for (size at = 0; at <= length && index < count; at++) {
    if (at != length && in[at] != ',') continue;
    array[index] = new_echo(in + start, at - start, 0, 0);
    start = at + 1;
    index++;
  }
  *area = (struct text){(char *)array, count};
  items = array;
  item_count = count;
  item_at = 0;
}

// Returns the same, followed by two copies of the whole.
EXPORT(split_and_copy) void split_and_copy(const char *in, size length, struct text *area) {
  split(in, length, area);
  area[1] = new_echo(in, length, 0, 0);
  area[2] = new_echo(in, length, 0, 0);
}

EXPORT(next_item) struct text *next_item(void) {
  return item_at < item_count ? &items[item_at++] : 0;
}

static const char *text;
static size text_length, word_from, word_to, letter_at;

EXPORT(words) void words(const char *in, size length) {
  text = in;
  text_length = length;
  word_from = word_to = 0;
}

EXPORT(next_word) int next_word(void) {
  word_from = word_to;
  while (word_from < text_length && text[word_from] == ' ') word_from++;
  word_to = word_from;
  while (word_to < text_length && text[word_to] != ' ') word_to++;
  return word_to > word_from;
}

EXPORT(word_start) int word_start(void) { return word_from; }
EXPORT(word_end) int word_end(void) { return word_to; }
EXPORT(word_place) const char *word_place(void) { return text + word_from; }
// Returns the index of the word's first "e", or -1.
EXPORT(word_e) int word_e(void) {
  for (size at = word_from; at < word_to; at++) {
    if (text[at] == 'e') return at;
  }
  return -1;
}
EXPORT(word_after) int word_after(void) { return text_length + 1; }

EXPORT(first_letter) void first_letter(void) { letter_at = word_from; }
EXPORT(next_letter) int next_letter(void) { return letter_at++ < word_to; }
EXPORT(letter) int letter(void) { return (unsigned char)text[letter_at - 1]; }

EXPORT(always) int always(void) { return 1; }
EXPORT(trap) int trap(void) { __builtin_trap(); }
