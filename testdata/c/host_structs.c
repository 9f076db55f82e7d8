// build host_structs.wasm: -mbulk-memory -mmutable-globals -Wl,--export=__stack_pointer
// build host_structs_64.wasm: --target=wasm64 -mbulk-memory -mmutable-globals -Wl,--export=__stack_pointer
//
// Passes structs to the host and gets structs from it, in every way that C has. Each `call_*` calls
// the import of the same name and returns what it makes of the answer. `live_allocations()` shows
// leaks.
#include "malloc.h"

typedef _Bool bool;
typedef unsigned char u8;
typedef unsigned short u16;
typedef int i32;
typedef unsigned u32;
typedef long long i64;

struct point {
  i32 x, y;
};

struct rect {
  struct point a, b;
};

struct person {
  const char *name;
  i32 age;
};

struct particle {
  double x, y;
  float mass;
  u8 kind;
};

struct ten {
  i32 a, b, c;
  double d, e;
  float f;
  u8 g, h;
  u32 i;
  i64 j;
};

struct boxed {
  struct {
    float value;
  } inner;
};

struct flag {
  bool set;
};

struct slice {
  const i32 *numbers;
  size count;
};

static size length_of(const char *text) {
  size length = 0;
  while (text != 0 && text[length] != 0) length++;
  return length;
}

// By pointer, and by value.

IMPORT(env, area) i32 area(const struct rect *r);
EXPORT(call_area) i32 call_area(i32 x, i32 y) {
  const struct rect r = {{1, 2}, {x, y}};
  return area(&r);
}
EXPORT(call_area_null) i32 call_area_null(void) { return area(0); }
EXPORT(call_area_far) i32 call_area_far(void) { return area((struct rect *)0x7ffffff0); }

IMPORT(env, middle) struct point middle(struct rect r);
EXPORT(call_middle) i32 call_middle(i32 x, i32 y) {
  const struct point p = middle((struct rect){{0, 2}, {x, y}});
  return 1000 * p.x + p.y;
}

IMPORT(env, twice) struct boxed twice(struct boxed b);
EXPORT(call_twice) float call_twice(float value) {
  return twice((struct boxed){{value}}).inner.value;
}

IMPORT(env, flip) struct flag flip(struct flag f);
EXPORT(call_flip) i32 call_flip(i32 set) { return flip((struct flag){set != 0}).set; }

IMPORT(env, next_ten) struct ten next_ten(const struct ten *t);
EXPORT(call_next_ten) double call_next_ten(i32 a) {
  const struct ten t = {a, 2, 3, 4.5, 5.5, 6.5, 7, 8, 9, 10};
  const struct ten n = next_ten(&t);
  return n.a + 2 * n.b + 3 * n.c + 4 * n.d + 5 * n.e + 6 * n.f + 7 * n.g + 8 * n.h + 9.0 * n.i +
         10.0 * n.j;
}

// Texts, and structs that the guest owns.

IMPORT(env, greet) i32 greet(const struct person *p);
EXPORT(call_greet) i32 call_greet(i32 age) {
  const struct person p = {"M\303\241ria", age};
  return greet(&p);
}

IMPORT(env, find_person) struct person *find_person(i32 age);
EXPORT(call_find_person) i32 call_find_person(i32 age) {
  struct person *p = find_person(age);
  if (p == 0) return -1;
  const i32 found = p->age * 1000 + (i32)length_of(p->name);
  free((void *)p->name);
  free(p);
  return found;
}

IMPORT(env, new_rect) struct rect *new_rect(i32 side);
EXPORT(call_new_rect) i32 call_new_rect(i32 side) {
  struct rect *r = new_rect(side);
  const i32 found = (r->b.x - r->a.x) * (r->b.y - r->a.y);
  free(r);
  return found;
}

IMPORT(env, oldest) struct person oldest(const struct person *people, size count);
EXPORT(call_oldest) i32 call_oldest(i32 age) {
  const struct person people[] = {{"Ana", 3}, {"Ben", age}, {"", 5}};
  struct person p = oldest(people, 3);
  const i32 found = p.age * 1000 + (i32)length_of(p.name);
  free((void *)p.name);
  return found;
}

// Lists.

IMPORT(env, total) double total(const struct particle *particles, size count);
EXPORT(call_total) double call_total(i32 count) {
  struct particle particles[4];
  for (i32 at = 0; at < count; at++) particles[at] = (struct particle){at, 2, at + 0.5f, at + 1};
  return total(particles, count);
}

IMPORT(env, sum_pair) i32 sum_pair(const i32 *two);
EXPORT(call_sum_pair) i32 call_sum_pair(i32 first, i32 second) {
  const i32 two[] = {first, second};
  return sum_pair(two);
}

IMPORT(env, list_points) struct point *list_points(i32 wanted, size *count);
EXPORT(call_list_points) i32 call_list_points(i32 wanted) {
  size count = 99;
  struct point *points = list_points(wanted, &count);
  i32 sum = (i32)count * 1000000;
  for (size at = 0; at < count; at++) sum += 1000 * points[at].x + points[at].y;
  free(points);
  return sum;
}

IMPORT(env, list_names) void list_names(const char ***names, size *count);
EXPORT(call_list_names) i32 call_list_names(void) {
  const char **names;
  size count;
  list_names(&names, &count);
  i32 sum = 0;
  for (size at = 0; at < count; at++) {
    sum = 10 * sum + (i32)length_of(names[at]);
    free((void *)names[at]);
  }
  free(names);
  return sum;
}

IMPORT(env, corners) struct point *corners(i32 side);
EXPORT(call_corners) i32 call_corners(i32 side) {
  struct point *two = corners(side);
  const i32 sum = two[0].x + 10 * two[0].y + 100 * two[1].x + 1000 * two[1].y;
  free(two);
  return sum;
}

IMPORT(env, sum_slices) struct slice sum_slices(const struct slice *slices, size count);
EXPORT(call_sum_slices) i32 call_sum_slices(void) {
  static const i32 first[] = {1, 2}, third[] = {5};
  const struct slice slices[] = {{first, 2}, {0, 0}, {third, 1}};
  const struct slice sums = sum_slices(slices, 3);
  i32 sum = 0;
  for (size at = 0; at < sums.count; at++) sum = 10 * sum + sums.numbers[at];
  free((void *)sums.numbers);
  return sum;
}

// Out-parameters, and structs that the host changes.

IMPORT(env, divide) bool divide(i32 left, i32 right, i32 *quotient, i32 *remainder);
EXPORT(call_divide) i32 call_divide(i32 left, i32 right) {
  i32 quotient = -1, remainder = -1;
  return divide(left, right, &quotient, &remainder) ? 1000 * quotient + remainder : -1;
}

IMPORT(env, bounds) void bounds(struct rect *out, const i32 *numbers, size count, double *weight);
EXPORT(call_bounds) double call_bounds(i32 last) {
  const i32 numbers[] = {4, 2, last};
  struct rect out;
  double weight;
  bounds(&out, numbers, 3, &weight);
  return out.a.x + 10 * out.a.y + 100 * out.b.x + 1000 * out.b.y + weight;
}

IMPORT(env, find_name) bool find_name(i32 at, const char **found, size *length, u8 *flag);
EXPORT(call_find_name) i32 call_find_name(i32 at) {
  const char *found = 0;
  size length = 0;
  u8 flag = 0;
  if (!find_name(at, &found, &length, &flag)) return -1;
  i32 sum = 100000 * flag + 1000 * (i32)length;
  for (size i = 0; i < length; i++) sum += found[i];
  free((void *)found);
  return sum;
}

IMPORT(env, grow) void grow(struct rect *r, i32 by);
EXPORT(call_grow) i32 call_grow(i32 by) {
  struct rect r = {{1, 2}, {4, 6}};
  grow(&r, by);
  return r.a.x + 10 * r.a.y + 100 * r.b.x + 1000 * r.b.y;
}

IMPORT(env, count_up) i32 count_up(i64 *counter);
EXPORT(call_count_up) i64 call_count_up(i64 from) {
  const i32 by = count_up(&from);
  return from * 100 + by;
}
