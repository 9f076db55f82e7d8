// SHA-256, FIPS 180-4, in chunks.
#pragma once
#include "guest.h"

typedef struct {
  unsigned state[8];
  unsigned char block[64];
  unsigned used;
  unsigned long long bytes;
} sha256;

static const unsigned sha256_round[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline unsigned rotate(unsigned word, int by) { return word >> by | word << (32 - by); }

static inline void sha256_block(sha256 *hash) {
  unsigned word[64], s[8];
  for (int at = 0; at < 16; at++) {
    const unsigned char *b = &hash->block[4 * at];
    word[at] = (unsigned)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
  }
  for (int at = 16; at < 64; at++) {
    const unsigned a = word[at - 15], b = word[at - 2];
    word[at] = word[at - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + word[at - 7] +
               (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  for (int at = 0; at < 8; at++) s[at] = hash->state[at];
  for (int at = 0; at < 64; at++) {
    const unsigned a = s[0], e = s[4];
    const unsigned t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                        ((e & s[5]) ^ (~e & s[6])) + sha256_round[at] + word[at];
    const unsigned t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                        ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    for (int to = 7; to > 0; to--) s[to] = s[to - 1];
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (int at = 0; at < 8; at++) hash->state[at] += s[at];
  hash->used = 0;
}

static const unsigned sha256_start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static inline void sha256_init(sha256 *hash) {
  for (int at = 0; at < 8; at++) hash->state[at] = sha256_start[at];
  hash->used = 0;
  hash->bytes = 0;
}

static inline void sha256_update(sha256 *hash, const unsigned char *bytes, size length) {
  hash->bytes += length;
  for (size at = 0; at < length; at++) {
    hash->block[hash->used++] = bytes[at];
    if (hash->used == 64) sha256_block(hash);
  }
}

static inline void sha256_final(sha256 *hash, unsigned char digest[32]) {
  const unsigned long long bits = 8 * hash->bytes;
  sha256_update(hash, (const unsigned char *)"\x80", 1);
  while (hash->used != 56) sha256_update(hash, (const unsigned char *)"", 1);
  for (int at = 7; at >= 0; at--) sha256_update(hash, &(unsigned char){bits >> 8 * at}, 1);
  for (int at = 0; at < 32; at++) digest[at] = hash->state[at / 4] >> (24 - at % 4 * 8);
}
