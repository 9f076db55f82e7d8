// build structs.wasm:
// build structs_64.wasm: --target=wasm64
//
// Uses structs, and values that depend on each other. `drain` copies as much as there is room for
// and moves the positions in both of its arguments. `sum` takes width times height bytes and gets
// no length. `expected` returns the size that `twice` needs, -1 if the text has a "?", which
// `twice` refuses. `find` returns 1 if its text has an "x"; `error_code`, `error_text` and
// `error_place` describe that. `push` and `total` use a state that begins as all zeros.
#include "malloc.h"

struct buffer {
  char *pointer;
  size length;
  size position;
};

EXPORT(drain) size drain(struct buffer *to, struct buffer *from) {
  while (to->position < to->length && from->position < from->length) {
    to->pointer[to->position++] = from->pointer[from->position++];
  }
  return from->length - from->position;
}

EXPORT(sum) unsigned sum(const unsigned char *bytes, unsigned width, unsigned height) {
  unsigned sum = 0;
  for (unsigned at = 0; at < width * height; at++) sum += bytes[at];
  return sum;
}

EXPORT(expected) long long expected(const char *in, size length) {
  for (size at = 0; at < length; at++) {
    if (in[at] == '?') return -1;
  }
  return 2 * (long long)length;
}

EXPORT(twice) ssize twice(char *out, size capacity, const char *in, size length) {
  if (capacity < 2 * length || expected(in, length) < 0) return -1;
  copy(out, in, length);
  copy(out + length, in, length);
  return 2 * length;
}

// Does the same, with a struct that holds the output's address. Without one it returns the size.
EXPORT(twice_into) ssize twice_into(const struct buffer *to, const char *in, size length) {
  if (to->pointer == 0) return to->length == 0 ? 2 * (ssize)length : -1;
  return twice(to->pointer, to->length, in, length);
}

static const char *place;

EXPORT(find) int find(const char *in, size length) {
  place = 0;
  for (size at = 0; at < length && place == 0; at++) {
    if (in[at] == 'x') place = in + at;
  }
  return place != 0;
}

EXPORT(error_code) int error_code(void) { return 42; }
EXPORT(error_place) const char *error_place(void) { return place; }
EXPORT(error_text) const char *error_text(int code) { return code == 42 ? "an x" : "nothing"; }

struct state {
  unsigned count;
  unsigned sum;
};

EXPORT(push) void push(struct state *state, unsigned value) {
  state->count++;
  state->sum += value;
}

EXPORT(total) unsigned total(const struct state *state) { return state->sum * 1000 + state->count; }
