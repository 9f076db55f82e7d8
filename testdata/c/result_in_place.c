// build result_in_place.wasm:
//
// Changes its argument in place and returns the byte length of the text that is there after the
// call. `shout` makes ASCII letters upper case, `strip` removes the spaces, `echo` does nothing.
#include "malloc.h"

EXPORT(shout) int shout(char *text, size length) {
  for (size at = 0; at < length; at++) {
    if (text[at] >= 'a' && text[at] <= 'z') text[at] -= 'a' - 'A';
  }
  return length;
}

EXPORT(strip) int strip(char *text, size length) {
  size kept = 0;
  for (size at = 0; at < length; at++) {
    if (text[at] != ' ') text[kept++] = text[at];
  }
  return kept;
}

EXPORT(echo) int echo(char *text, size length) {
  (void)text;
  return length;
}
