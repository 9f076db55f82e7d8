// build symbols.wasm:
//
// Has functions of every type that a symbol can declare, with numbers beside texts in several
// places. Text comes back as an i64 with the pointer in the high half.
#include "malloc.h"

typedef unsigned long long u64;

static u64 pack(struct text text) { return (u64)(size)text.pointer << 32 | text.length; }

#define NUMBER(name, type) \
  EXPORT(name) type name(type left, type right) { return left + right; }
NUMBER(add_i8, signed char)
NUMBER(add_u8, unsigned char)
NUMBER(add_i16, short)
NUMBER(add_u16, unsigned short)
NUMBER(add_i32, int)
NUMBER(add_u32, unsigned)
NUMBER(add_i64, long long)
NUMBER(add_u64, u64)
NUMBER(add_f32, float)
NUMBER(add_f64, double)

EXPORT(not) _Bool not(_Bool value) { return !value; }
EXPORT(nothing) void nothing(void) {}
// Returns a u8 whose other 24 bits are not clear, as some compilers leave them.
EXPORT(dirty_u8) unsigned dirty_u8(unsigned value) { return value | 0xabcdef00; }

EXPORT(echo) u64 echo(const char *text, size length) { return pack(new_echo(text, length, 0, 0)); }

EXPORT(repeat) u64 repeat(const char *text, size length, unsigned times) {
  struct text result = {heap_allocate(length * times, 1), length * times};
  if (result.pointer == 0) return 0;
  for (unsigned time = 0; time < times; time++) copy(result.pointer + time * length, text, length);
  return pack(result);
}

EXPORT(join) u64 join(const char *first, size first_length, unsigned between, const char *second,
                      size second_length) {
  const size length = first_length + 1 + second_length;
  struct text result = {heap_allocate(length, 1), length};
  if (result.pointer == 0) return 0;
  copy(result.pointer, first, first_length);
  result.pointer[first_length] = between;
  copy(result.pointer + first_length + 1, second, second_length);
  return pack(result);
}

// Computes FNV-1a of 32 bits.
EXPORT(checksum) unsigned checksum(const unsigned char *bytes, size length) {
  unsigned hash = 0x811c9dc5;
  for (size at = 0; at < length; at++) hash = (hash ^ bytes[at]) * 0x01000193;
  return hash;
}

// Computes FNV-1a of 64 bits, from a seed. Its authors use 0xcbf29ce484222325.
EXPORT(checksum_64) u64 checksum_64(u64 seed, const unsigned char *bytes, size length) {
  for (size at = 0; at < length; at++) seed = (seed ^ bytes[at]) * 0x100000001b3;
  return seed;
}

// Returns the index of the byte's first occurrence, or -1.
EXPORT(find) int find(unsigned char byte, const unsigned char *bytes, size length) {
  for (size at = 0; at < length; at++) {
    if (bytes[at] == byte) return at;
  }
  return -1;
}

// Returns the text, or null if it is empty.
EXPORT(echo_or_null) u64 echo_or_null(const char *text, size length) {
  return length == 0 ? 0 : echo(text, length);
}

// Returns the byte at the caller's own pointer.
EXPORT(first_byte) unsigned char first_byte(const unsigned char *pointer) { return *pointer; }

// Returns a text, without arguments.
EXPORT(version) u64 version(void) { return echo("1.0.0", 5); }
