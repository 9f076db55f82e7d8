// build stream_deflate.wasm:
//
// A compressor with handles, in the format of zlib (RFC 1950) with fixed Huffman codes (RFC 1951):
// `create(level)`, `update(handle, in, inLength, out, outCapacity)`, `finish(handle, out,
// outCapacity)` and `destroy(handle)`. What the output buffer has no room for is kept: `update`
// without input and `finish` return more of it until they return 0. Level 0 finds no matches.
#include "malloc.h"

#define WINDOW 32768
#define PENDING 131072
#define MOST_INPUT 65536
#define HASHES 4096
#define LONGEST 258

struct deflater {
  unsigned level, bits, bit_count, low, high, position, begun, ended;
  size start, end;  // of the pending output
  unsigned char pending[PENDING];
  unsigned char window[WINDOW + MOST_INPUT];
  size filled;
  int heads[HASHES];
};

static void put_byte(struct deflater *to, unsigned byte) { to->pending[to->end++] = byte; }

static void put_bits(struct deflater *to, unsigned bits, unsigned count) {
  to->bits |= bits << to->bit_count;
  for (to->bit_count += count; to->bit_count >= 8; to->bit_count -= 8, to->bits >>= 8) {
    put_byte(to, to->bits & 0xff);
  }
}

// Huffman codes begin with their highest bit.
static void put_code(struct deflater *to, unsigned code, unsigned count) {
  unsigned turned = 0;
  for (unsigned at = 0; at < count; at++) turned |= (code >> at & 1) << (count - 1 - at);
  put_bits(to, turned, count);
}

static void put_symbol(struct deflater *to, unsigned symbol) {
  if (symbol < 144) put_code(to, 0x30 + symbol, 8);
  else if (symbol < 256) put_code(to, 0x190 + symbol - 144, 9);
  else if (symbol < 280) put_code(to, symbol - 256, 7);
  else put_code(to, 0xc0 + symbol - 280, 8);
}

// Lengths and distances are powers of 2 apart, `steps` of them to each power.
static void put_match(struct deflater *to, unsigned length, unsigned distance) {
  if (length == LONGEST) {
    put_symbol(to, 285);
  } else {
    unsigned base = length - 3, extra = 0;
    while (base >> extra >= 8) extra++;
    unsigned code = extra == 0 ? base : extra * 4 + (base >> extra);
    put_symbol(to, 257 + code);
    put_bits(to, base & ((1u << extra) - 1), extra);
  }
  unsigned base = distance - 1, extra = 0;
  while (base >> extra >= 4) extra++;
  put_code(to, extra == 0 ? base : extra * 2 + (base >> extra), 5);
  put_bits(to, base & ((1u << extra) - 1), extra);
}

static unsigned hash_of(const unsigned char *at) {
  return (at[0] * 2654435761u ^ at[1] * 40503u ^ at[2] * 2246822519u) >> 7 & (HASHES - 1);
}

static void compress(struct deflater *to, const unsigned char *in, size length) {
  if (to->filled > WINDOW) {
    size drop = to->filled - WINDOW;
    for (size at = 0; at < WINDOW; at++) to->window[at] = to->window[at + drop];
    for (size at = 0; at < HASHES; at++) to->heads[at] -= drop;
    to->filled = WINDOW;
  }
  size at = to->filled;
  for (size from = 0; from < length; from++) {
    unsigned char byte = in[from];
    to->window[to->filled++] = byte;
    to->low = (to->low + byte) % 65521;
    to->high = (to->high + to->low) % 65521;
  }
  while (at < to->filled) {
    size left = to->filled - at, matched = 0, distance = 0;
    if (left >= 3 && to->level > 0) {
      int *head = &to->heads[hash_of(to->window + at)];
      if (*head >= 0 && at - *head <= WINDOW) {
        distance = at - *head;
        while (matched < left && matched < LONGEST &&
               to->window[at + matched] == to->window[at + matched - distance]) matched++;
      }
      *head = at;
    }
    if (matched >= 3) {
      put_match(to, matched, distance);
      at += matched;
    } else {
      put_symbol(to, to->window[at++]);
    }
  }
}

static size take(struct deflater *from, unsigned char *out, size capacity) {
  size count = from->end - from->start;
  if (count > capacity) count = capacity;
  copy(out, from->pending + from->start, count);
  from->start += count;
  if (from->start == from->end) from->start = from->end = 0;
  return count;
}

static void begin(struct deflater *to) {
  if (to->begun) return;
  to->begun = 1;
  put_byte(to, 0x78);
  put_byte(to, 0x01);
  put_bits(to, 3, 3);  // the last block, with fixed codes
}

// Returns 0 for a level above 9.
EXPORT(create) struct deflater *create(unsigned level) {
  if (level > 9) return 0;
  struct deflater *made = heap_allocate(sizeof(struct deflater), 8);
  if (made == 0) return 0;
  made->level = level;
  made->bits = made->bit_count = made->high = made->begun = made->ended = 0;
  made->low = 1;
  made->start = made->end = made->filled = 0;
  for (size at = 0; at < HASHES; at++) made->heads[at] = -1;
  return made;
}

// Returns the number of bytes in `out`, or -1 for too much input or output that is still pending.
EXPORT(update) int update(struct deflater *to, const unsigned char *in, size length,
                          unsigned char *out, size capacity) {
  if (length > MOST_INPUT || (length > 0 && to->end > 0) || to->ended) return -1;
  begin(to);
  compress(to, in, length);
  return take(to, out, capacity);
}

EXPORT(finish) int finish(struct deflater *to, unsigned char *out, size capacity) {
  if (!to->ended) {
    begin(to);
    to->ended = 1;
    put_symbol(to, 256);
    if (to->bit_count > 0) put_bits(to, 0, 8 - to->bit_count);
    put_byte(to, to->high >> 8);
    put_byte(to, to->high);
    put_byte(to, to->low >> 8);
    put_byte(to, to->low);
  }
  return take(to, out, capacity);
}

EXPORT(destroy) void destroy(struct deflater *gone) { heap_free(gone, ANY, ANY); }
