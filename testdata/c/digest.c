// build digest_result.wasm: -DRESULT
// build digest_output.wasm:
//
// Computes the SHA-256 of its argument. The 32 bytes are static and the result points at them, or
// they are written to the address in the first argument.
#include "malloc.h"
#include "sha256.h"

static void compute(unsigned char *digest, const unsigned char *in, size length) {
  sha256 hash;
  sha256_init(&hash);
  sha256_update(&hash, in, length);
  sha256_final(&hash, digest);
}

#ifdef RESULT
static unsigned char kept[32];

EXPORT(digest) const unsigned char *digest(const unsigned char *in, size length) {
  compute(kept, in, length);
  return kept;
}
#else
EXPORT(digest) void digest(unsigned char *out, const unsigned char *in, size length) {
  compute(out, in, length);
}
#endif
