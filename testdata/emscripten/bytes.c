// build bytes.wasm:
//
// Passes bytes and texts with their lengths, and returns the result in out-parameters, with
// Emscripten's C library.
#include <emscripten.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int answer(void *block, size_t length, uint8_t **out, size_t *out_length) {
  if (block == NULL) return -1;
  *out = block;
  *out_length = length;
  return 0;
}

EMSCRIPTEN_KEEPALIVE int greet(const char *in, size_t length, uint8_t **out, size_t *out_length) {
  char *result = malloc(length + 8);
  if (result != NULL) {
    memcpy(result, "Hello, ", 7);
    memcpy(result + 7, in, length);
    result[7 + length] = '!';
  }
  return answer(result, length + 8, out, out_length);
}

EMSCRIPTEN_KEEPALIVE int reverse(const uint8_t *in, size_t length, uint8_t **out,
                                 size_t *out_length) {
  uint8_t *result = malloc(length);
  if (result != NULL) {
    for (size_t at = 0; at < length; at++) result[at] = in[length - 1 - at];
  }
  return answer(result, length, out, out_length);
}

EMSCRIPTEN_KEEPALIVE size_t live_bytes(void) { return mallinfo().uordblks; }
