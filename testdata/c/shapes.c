// build shapes.wasm: -O2
// build shapes_64.wasm: -O2 --target=wasm64
//
// Has one function for each shape of call. Each does as little as possible, so that a measurement
// shows the crossing. Blocks come from a ring of 1 MiB, and `free` does nothing.
#include "guest.h"

typedef unsigned long long u64;

#define RING (1 << 20)
static _Alignas(16) char ring[RING];
static size next;

EXPORT(malloc) void *malloc(size length) {
  const size taken = (length + 15) & ~(size)15;
  if (taken > RING) return 0;
  if (taken > RING - next) next = 0;
  void *block = ring + next;
  next += taken;
  return block;
}
EXPORT(free) void free(void *block) { (void)block; }

EXPORT(add) int add(int left, int right) { return left + right; }
EXPORT(hypot) double hypot(double x, double y) { return __builtin_sqrt(x * x + y * y); }
EXPORT(sum64) long long sum64(long long left, long long right) { return left + right; }

EXPORT(checksum) unsigned checksum(const unsigned char *bytes, size length) {
  return length == 0 ? 0 : bytes[0] + bytes[length - 1] + length;
}

EXPORT(repeat) u64 repeat(const char *text, size length, unsigned times) {
  char *result = malloc(length * times);
  for (unsigned time = 0; time < times; time++) for (size at = 0; at < length; at++) result[time * length + at] = text[at];
  return (u64)(size)result << 32 | length * times;
}

EXPORT(compare) int compare(const char *left, size left_length, const char *right, size right_length) {
  const size length = left_length < right_length ? left_length : right_length;
  for (size at = 0; at < length; at++) {
    if (left[at] != right[at]) return left[at] < right[at] ? -1 : 1;
  }
  return left_length == right_length ? 0 : left_length < right_length ? -1 : 1;
}

struct point {
  int x, y;
  double weight;
};
static struct point points[1000];

EXPORT(point) struct point *point(int x, int y) {
  points[0] = (struct point){x, y, x + y + 0.5};
  return points;
}

// Returns the address of 1,000 records.
EXPORT(grid) struct point *grid(int x) {
  for (int at = 0; at < 1000; at++) points[at] = (struct point){x, at, at + 0.5};
  return points;
}

// Doubles each number in place.
EXPORT(scale) void scale(double *numbers, size count) {
  for (size at = 0; at < count; at++) numbers[at] *= 2;
}

struct person {
  const char *name;
  size length;
  int age;
};
static struct person people_[10];

// Returns the address of ten records with a text each.
EXPORT(people) struct person *people(int age) {
  for (int at = 0; at < 10; at++) people_[at] = (struct person){"Hello there, ", 13, age + at};
  return people_;
}

// Returns a copy of the first `count` bytes.
EXPORT(cut) u64 cut(const char *bytes, size length, size count) {
  if (count > length) count = length;
  char *result = malloc(count);
  for (size at = 0; at < count; at++) result[at] = bytes[at];
  return (u64)(size)result << 32 | count;
}

// Writes into the caller's buffer and returns the length.
EXPORT(fill) size fill(char *out, size capacity) {
  const size length = capacity < 13 ? capacity : 13;
  for (size at = 0; at < length; at++) out[at] = 'a' + at;
  return length;
}

// Returns whether it has failed; the result lies where the caller wants it.
EXPORT(divide) int divide(int left, int right, int *quotient) {
  if (right == 0) return 1;
  *quotient = left / right;
  return 0;
}

// Returns a struct with two texts, each in a block of its own.
struct couple {
  const char *one;
  size one_length;
  const char *other;
  size other_length;
};
static struct couple couple_;

static char *copy(const char *text, size length) {
  char *block = malloc(length);
  for (size at = 0; at < length; at++) block[at] = text[at];
  return block;
}
EXPORT(couple) struct couple *couple(void) {
  couple_ = (struct couple){copy("Hello there, ", 13), 13, copy("Hello again, ", 13), 13};
  return &couple_;
}

// Writes a copy into the caller's buffer if there is room, and returns the length that it needs.
EXPORT(copy_out) size copy_out(const char *in, size length, char *out, size capacity) {
  if (length <= capacity) for (size at = 0; at < length; at++) out[at] = in[at];
  return length;
}

// Returns persons one after another, and then null.
static int left;
EXPORT(begin) void begin(int count) { left = count; }
EXPORT(next) struct person *next_person(void) {
  if (left == 0) return 0;
  people_[0] = (struct person){"Hello there, ", 13, left--};
  return people_;
}

IMPORT(env, number) int number(int value);
IMPORT(env, text) int text(const char *text, size length);

EXPORT(ask_number) int ask_number(int times) {
  int sum = 0;
  for (int time = 0; time < times; time++) sum = number(sum + time);
  return sum;
}
EXPORT(ask_text) int ask_text(const char *in, size length, int times) {
  int sum = 0;
  for (int time = 0; time < times; time++) sum += text(in, length);
  return sum;
}

struct ten {
  int a, b, c;
  double d, e;
  float f;
  unsigned char g, h;
  unsigned i, j;
};

EXPORT(sum_ten) double sum_ten(const struct ten *t) {
  return t->a + t->b + t->c + t->d + t->e + t->f + t->g + t->h + t->i + t->j;
}

static struct ten ten;
EXPORT(make_ten) const struct ten *make_ten(int a) {
  ten = (struct ten){a, 2, 3, 4.5, 5.5, 6.5f, 7, 8, 9, 10};
  return &ten;
}
