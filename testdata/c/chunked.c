// build chunked_number.wasm:
// build chunked_digest.wasm: -DDIGEST
//
// Takes its input in chunks through a static buffer of 64 bytes: `init()`, `update(length)` many
// times, `final()`. The result is the CRC-32 of the input, or its SHA-256 in the buffer, 32 bytes.
#include "guest.h"
#include "sha256.h"

#define SIZE 64

static unsigned char buffer[SIZE];

EXPORT(get_buffer_pointer) unsigned char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

#ifdef DIGEST
static sha256 hash;

EXPORT(init) void init(void) { sha256_init(&hash); }
EXPORT(update) void update(size length) { sha256_update(&hash, buffer, length); }
EXPORT(final) int final(void) {
  sha256_final(&hash, buffer);
  return 32;
}
#else
static unsigned crc;

EXPORT(init) void init(void) { crc = ~0u; }
EXPORT(update) void update(size length) {
  for (size at = 0; at < length; at++) {
    crc ^= buffer[at];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
}
EXPORT(final) unsigned final(void) { return ~crc; }
#endif
