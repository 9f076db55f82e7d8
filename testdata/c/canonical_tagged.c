// build canonical_latin1_utf16.wasm:
//
// Has the canonical ABI with the encoding latin1+utf16: if the highest bit of a length is set, the
// text is in UTF-16 and the length counts code units; otherwise it is in latin1. `greet` returns
// the encoding of its argument, `widen` always UTF-16.
#include "texts.h"

#define FUNCTION(name) __attribute__((export_name("example:text/greeter#" name)))
#define POST(name) __attribute__((export_name("cabi_post_example:text/greeter#" name)))
#define UTF16 0x80000000u

static struct text area;

EXPORT(cabi_realloc) void *cabi_realloc(void *old, size old_length, size align, size length) {
  return heap_reallocate(old, old_length, align, length);
}

static unsigned get(const char *text, size at, int wide) {
  return wide ? ((const unsigned short *)text)[at] : ((const unsigned char *)text)[at];
}

static void put(char *text, size at, int wide, unsigned unit) {
  if (wide) ((unsigned short *)text)[at] = unit;
  else text[at] = unit;
}

static struct text *answer(const char *head, char *in, size tagged, const char *tail, int widen) {
  const size units = tagged & ~UTF16;
  const int wide = tagged != units, wide_answer = wide || widen;
  size length = 0;
  if (area.pointer != 0) __builtin_trap();
  const size most = units + 16;
  area.pointer = heap_allocate(most << wide_answer, 2);
  if (area.pointer == 0) __builtin_trap();
  for (; *head != 0; head++) put(area.pointer, length++, wide_answer, *head);
  for (size at = 0; at < units; at++) put(area.pointer, length++, wide_answer, get(in, at, wide));
  for (; *tail != 0; tail++) put(area.pointer, length++, wide_answer, *tail);
  area.length = length | (wide_answer ? UTF16 : 0);
  if (units > 0) heap_free(in, units << wide, 2);
  return &area;
}

static void end(struct text *returned) {
  if (returned != &area || area.pointer == 0) __builtin_trap();
  heap_free(area.pointer, ANY, 2);
  area.pointer = 0;
}

FUNCTION("greet") struct text *greet(char *in, size tagged) {
  return answer("Hello, ", in, tagged, "!", 0);
}
POST("greet") void post_greet(struct text *returned) { end(returned); }

FUNCTION("echo") struct text *echo(char *in, size tagged) { return answer("", in, tagged, "", 0); }
POST("echo") void post_echo(struct text *returned) { end(returned); }

FUNCTION("widen") struct text *widen(char *in, size tagged) { return answer("", in, tagged, "", 1); }
POST("widen") void post_widen(struct text *returned) { end(returned); }
