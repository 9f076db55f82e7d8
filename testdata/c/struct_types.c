// build struct_types.wasm: -mbulk-memory
// build struct_types_64.wasm: --target=wasm64 -mbulk-memory
// build struct_types_stack.wasm: -mbulk-memory -DSTACK_ONLY -mmutable-globals -Wl,--export=__stack_pointer
//
// Passes structs in every way that C has: by pointer, by value, with texts, nested, in arrays, and
// as results. `offset_of` and `size_of` say what the compiler itself computes, and `align_of`. With
// STACK_ONLY there is no allocator, and the host can move the stack pointer.
#ifdef STACK_ONLY
#include "guest.h"
#else
#include "malloc.h"
#endif

#define OFFSET(type, field) __builtin_offsetof(type, field)
typedef _Bool bool;
typedef signed char i8;
typedef unsigned char u8;
typedef short i16;
typedef unsigned short u16;
typedef int i32;
typedef unsigned u32;
typedef long long i64;
typedef unsigned long long u64;

struct mixed {
  u8 a;
  i16 b;
  u8 c;
  u32 d;
  i8 e;
  u64 f;
  bool g;
  float h;
  double i;
  void *j;
  u16 k;
};

struct __attribute__((packed)) packed_mixed {
  u8 a;
  i16 b;
  u8 c;
  u32 d;
  i8 e;
  u64 f;
  bool g;
  float h;
  double i;
  void *j;
  u16 k;
};

struct point {
  i32 x, y;
};

struct rect {
  struct point a, b;
};

struct particle {
  double x, y;
  float mass;
  u8 kind;
};

struct person {
  const char *name;
  i32 age;
};

struct label {
  char text[12];
  u16 codes[3];
  struct point corners[2];
  u8 end;
};

struct buffer {
  const u8 *bytes;
  size length;
};

struct series {
  u16 count;
  const double *numbers;
  const struct point *points;
  u8 point_count;
};

struct node {
  i32 value;
  struct node *next;
};

struct team {
  const char *name;
  const struct person *leader;
  const struct person *members;
  size count;
};

struct boxed {
  struct {
    float value;
  } inner;
};

struct ten {
  i32 a, b, c;
  double d, e;
  float f;
  u8 g, h;
  u32 i;
  i64 j;
};

// The offset of a field of a type, by its index; -1 if there is none.
EXPORT(offset_of) i32 offset_of(i32 type, i32 field) {
#define ALL(type)                                                                                  \
  OFFSET(type, a), OFFSET(type, b), OFFSET(type, c), OFFSET(type, d), OFFSET(type, e),             \
      OFFSET(type, f), OFFSET(type, g), OFFSET(type, h), OFFSET(type, i), OFFSET(type, j)
  static const i32 offsets[][11] = {
      {ALL(struct mixed), OFFSET(struct mixed, k)},
      {ALL(struct packed_mixed), OFFSET(struct packed_mixed, k)},
      {OFFSET(struct rect, a), OFFSET(struct rect, b)},
      {OFFSET(struct particle, x), OFFSET(struct particle, y), OFFSET(struct particle, mass),
       OFFSET(struct particle, kind)},
      {OFFSET(struct person, name), OFFSET(struct person, age)},
      {OFFSET(struct label, text), OFFSET(struct label, codes), OFFSET(struct label, corners),
       OFFSET(struct label, end)},
      {OFFSET(struct series, count), OFFSET(struct series, numbers), OFFSET(struct series, points),
       OFFSET(struct series, point_count)},
      {OFFSET(struct team, name), OFFSET(struct team, leader), OFFSET(struct team, members),
       OFFSET(struct team, count)},
      {ALL(struct ten)},
  };
  return offsets[type][field];
}

EXPORT(size_of) i32 size_of(i32 type) {
  static const i32 sizes[] = {
      sizeof(struct mixed),  sizeof(struct packed_mixed), sizeof(struct rect),
      sizeof(struct particle), sizeof(struct person),     sizeof(struct label),
      sizeof(struct series), sizeof(struct team),         sizeof(struct ten),
  };
  return sizes[type];
}

EXPORT(align_of) i32 align_of(i32 type) {
  static const i32 aligns[] = {
      _Alignof(struct mixed),  _Alignof(struct packed_mixed), _Alignof(struct rect),
      _Alignof(struct particle), _Alignof(struct person),     _Alignof(struct label),
      _Alignof(struct series), _Alignof(struct team),         _Alignof(struct ten),
  };
  return aligns[type];
}

// Adds all fields, each with another weight.
EXPORT(weigh) double weigh(const struct mixed *m) {
  return m->a + 2.0 * m->b + 3.0 * m->c + 4.0 * m->d + 5.0 * m->e + 6.0 * m->f + 7.0 * m->g +
         8.0 * m->h + 9.0 * m->i + 10.0 * (size)m->j + 11.0 * m->k;
}

EXPORT(weigh_packed) double weigh_packed(const struct packed_mixed *m) {
  return m->a + 2.0 * m->b + 3.0 * m->c + 4.0 * m->d + 5.0 * m->e + 6.0 * m->f + 7.0 * m->g +
         8.0 * m->h + 9.0 * m->i + 10.0 * (size)m->j + 11.0 * m->k;
}

static struct mixed kept;
EXPORT(keep) const struct mixed *keep(const struct mixed *m) {
  kept = *m;
  return &kept;
}

static struct packed_mixed kept_packed;
EXPORT(keep_packed) const struct packed_mixed *keep_packed(const struct packed_mixed *m) {
  kept_packed = *m;
  return &kept_packed;
}

EXPORT(area) i32 area(const struct rect *r) { return (r->b.x - r->a.x) * (r->b.y - r->a.y); }

EXPORT(is_null) i32 is_null(const struct rect *r) { return r == 0; }

static struct rect moved;
EXPORT(move_by) const struct rect *move_by(const struct rect *r, const struct point *by) {
  moved.a = (struct point){r->a.x + by->x, r->a.y + by->y};
  moved.b = (struct point){r->b.x + by->x, r->b.y + by->y};
  return &moved;
}

EXPORT(no_rect) const struct rect *no_rect(i32 none) { return none ? 0 : &moved; }
EXPORT(far_rect) const struct rect *far_rect(void) { return (struct rect *)0x7ffffff0; }

// Changes the struct of the caller.
EXPORT(grow) void grow(struct rect *r, i32 by) {
  r->b.x += by;
  r->b.y += by;
}

EXPORT(sum_ten) double sum_ten(const struct ten *t) {
  return t->a + t->b + t->c + t->d + t->e + t->f + t->g + t->h + t->i + (double)t->j;
}

static struct ten ten;
EXPORT(make_ten) const struct ten *make_ten(i32 a) {
  ten = (struct ten){a, a + 1, a + 2, a + 3.5, a + 4.5, a + 5.5f, a + 6, a + 7, a + 8u, a + 9};
  return &ten;
}

// Texts, and what structs point to.

static size length_of(const char *text) {
  size length = 0;
  while (text != 0 && text[length] != 0) length++;
  return length;
}

EXPORT(age_and_length) i32 age_and_length(const struct person *p) {
  return p->name == 0 ? -1 : p->age * 1000 + (i32)length_of(p->name);
}

static char name[64];
static struct person renamed;
EXPORT(older) const struct person *older(const struct person *p) {
  size at = 0;
  for (; p->name[at] != 0 && at < sizeof name - 2; at++) name[at] = p->name[at];
  name[at] = '!';
  name[at + 1] = 0;
  renamed = (struct person){name, p->age + 1};
  return &renamed;
}

static struct label label;
EXPORT(relabel) const struct label *relabel(const struct label *in) {
  label = *in;
  label.codes[2] = in->codes[0] + in->codes[1];
  label.corners[1].x = in->corners[0].y;
  label.end++;
  return &label;
}

// Fills all of the text, so that there is no room for a NUL.
EXPORT(full_label) const struct label *full_label(void) {
  for (size at = 0; at < sizeof label.text; at++) label.text[at] = 'a' + at;
  return &label;
}

EXPORT(sum_bytes) u32 sum_bytes(const struct buffer *b) {
  u32 sum = 0;
  for (size at = 0; at < b->length; at++) sum += b->bytes[at];
  return sum + 1000 * (b->bytes == 0);
}

EXPORT(sum_series) double sum_series(const struct series *s) {
  double sum = 0;
  for (size at = 0; at < s->count; at++) sum += s->numbers[at];
  for (size at = 0; at < s->point_count; at++) sum += 100 * s->points[at].x + 10 * s->points[at].y;
  return sum;
}

static struct team team;
EXPORT(same_team) const struct team *same_team(const struct team *t) {
  team = *t;
  return &team;
}

EXPORT(team_age) i32 team_age(const struct team *t) {
  i32 sum = t->leader == 0 ? 0 : 1000 * t->leader->age;
  for (size at = 0; at < t->count; at++) sum += t->members[at].age;
  return sum;
}

// Lists.

EXPORT(total_mass) double total_mass(const struct particle *particles, size count) {
  double sum = 0;
  for (size at = 0; at < count; at++) sum += particles[at].mass * particles[at].kind;
  return sum;
}

EXPORT(sort_points) void sort_points(struct point *points, size count) {
  for (size i = 1; i < count; i++) {
    for (size j = i; j > 0 && points[j - 1].x > points[j].x; j--) {
      const struct point before = points[j - 1];
      points[j - 1] = points[j];
      points[j] = before;
    }
  }
}

EXPORT(sum_lengths) size sum_lengths(const char *const *texts, size count) {
  size sum = 0;
  for (size at = 0; at < count; at++) sum = 10 * sum + length_of(texts[at]);
  return sum;
}

struct slice {
  const i32 *numbers;
  size count;
};

EXPORT(sum_lists) i32 sum_lists(const struct slice *lists, size count) {
  i32 sum = 0;
  for (size at = 0; at < count; at++) {
    for (size i = 0; i < lists[at].count; i++) sum += (i32)(at + 1) * lists[at].numbers[i];
  }
  return sum;
}

static const char *const names[] = {"one", "two", "three"};
EXPORT(get_names) const char *const *get_names(void) { return names; }
EXPORT(name_count) size name_count(void) { return 3; }

static const i32 first[] = {1, 2}, third[] = {3};
static const struct slice lists[] = {{first, 2}, {0, 0}, {third, 1}};
EXPORT(get_lists) const struct slice *get_lists(void) { return lists; }

// By value, and results by value.

EXPORT(distance) i32 distance(struct point from, struct point to) {
  return (to.x - from.x) + (to.y - from.y);
}

EXPORT(middle) struct point middle(struct rect r) {
  return (struct point){(r.a.x + r.b.x) / 2, (r.a.y + r.b.y) / 2};
}

EXPORT(twice_boxed) struct boxed twice_boxed(struct boxed b) {
  return (struct boxed){{2 * b.inner.value}};
}

EXPORT(make_label) struct label make_label(i32 code) {
  return (struct label){"a label", {code, code + 1, code + 2}, {{1, 2}, {3, 4}}, 5};
}

EXPORT(value_ten) struct ten value_ten(struct ten t) {
  t.a++;
  t.j++;
  return t;
}

EXPORT(greet_person) struct person greet_person(struct person p) {
  return (struct person){p.name, p.age + 1};
}

// Out-parameters.

EXPORT(divide) i32 divide(i32 left, i32 right, i32 *quotient, i32 *remainder) {
  if (right == 0) return -1;
  *quotient = left / right;
  *remainder = left % right;
  return 0;
}

EXPORT(bounds) void bounds(struct rect *out, const struct point *points, size count, double *weight) {
  *out = (struct rect){points[0], points[0]};
  for (size at = 1; at < count; at++) {
    if (points[at].x < out->a.x) out->a.x = points[at].x;
    if (points[at].y < out->a.y) out->a.y = points[at].y;
    if (points[at].x > out->b.x) out->b.x = points[at].x;
    if (points[at].y > out->b.y) out->b.y = points[at].y;
  }
  *weight = count / 2.0;
}

EXPORT(find_name) bool find_name(i32 at, const char **found, size *length, u8 *flag) {
  if (at < 0 || at > 2) return 0;
  *found = names[at];
  *length = length_of(names[at]);
  *flag = 200;
  return 1;
}

// A struct of the guest.

static struct {
  u32 width;
  double scale;
  const char *title;
} settings = {3, 1.5, "none"};
EXPORT(get_settings) void *get_settings(void) { return &settings; }
EXPORT(render) double render(i32 times) {
  return times * settings.width * settings.scale + length_of(settings.title);
}

#ifndef STACK_ONLY
// Structs from the allocator.

EXPORT(new_person) struct person *new_person(i32 age) {
  struct person *p = malloc(sizeof *p);
  char *text = malloc(6);
  copy(text, "Maria", 6);
  *p = (struct person){text, age};
  return p;
}

EXPORT(free_person) void free_person(struct person *p) {
  free((void *)p->name);
  free(p);
}

// Takes the struct and its text.
EXPORT(take_person) i32 take_person(struct person *p) {
  const i32 age = age_and_length(p);
  free_person(p);
  return age;
}

EXPORT(new_rect) struct rect *new_rect(i32 side) {
  struct rect *r = malloc(sizeof *r);
  *r = (struct rect){{0, 0}, {side, side}};
  return r;
}
#endif
