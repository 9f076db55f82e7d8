// build requested_units.wasm:
// build requested_clear.wasm: -DCLEAR
//
// Has a buffer that the caller requests with its size; the export then takes no arguments.
// `sa(units)` returns the address of a buffer for so many UTF-16 code units and a NUL; `shout()`
// makes ASCII letters in it upper case and returns the number of code units up to the NUL, `ra()`
// returns their address. Or `clear(length)` makes room for so many bytes at `input()`; `greet()`
// and `echo()` return the byte length of the text at `output()`. Each request frees the buffer of
// the one before.
#include "texts.h"

#ifdef CLEAR
static struct text in, out;

EXPORT(input) char *input(void) { return in.pointer; }
EXPORT(output) char *output(void) { return out.pointer; }

EXPORT(clear) void clear(size length) {
  heap_free(in.pointer, ANY, 1);
  heap_free(out.pointer, ANY, 1);
  out = (struct text){0, 0};
  in = (struct text){heap_allocate(length, 1), length};
}

#define FORM(name)                                  \
  EXPORT(name) int name(void) {                     \
    heap_free(out.pointer, ANY, 1);                 \
    out = new_##name(in.pointer, in.length, 0, 0);  \
    return out.pointer == 0 ? -1 : (int)out.length; \
  }
BOTH(FORM)
#else
static unsigned short *text;

EXPORT(sa) unsigned short *sa(size units) {
  heap_free(text, ANY, 2);
  text = heap_allocate(2 * (units + 1), 2);
  if (text != 0) text[units] = 0;
  return text;
}

EXPORT(ra) unsigned short *ra(void) { return text; }

EXPORT(shout) int shout(void) {
  int units = 0;
  for (; text[units] != 0; units++) {
    if (text[units] >= 'a' && text[units] <= 'z') text[units] -= 'a' - 'A';
  }
  return units;
}
#endif
