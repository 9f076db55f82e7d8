// build digest_result.wasm: -DRESULT
// build digest_output.wasm:
//
// SHA-256 of its argument: 32 bytes, that the result points at and nobody frees, or that are
// written to the address of the first argument.
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
