// build tagged_unions.wasm: -mmutable-globals -Wl,--export=__stack_pointer
// build tagged_unions_64.wasm: --target=wasm64 -mmutable-globals -Wl,--export=__stack_pointer
//
// Takes and returns a struct with a tagged union, and the union alone. `layout_of` says where the
// compiler puts its parts. `area` is 3 times the square of a circle's radius, a rectangle's area, the
// length of a name, and 0 for nothing. `call_*` calls the import of the same name.
#include "malloc.h"

typedef unsigned char u8;

enum kind { NONE = 0, CIRCLE = 1, RECT = 2, NAMED = 200 };

struct what {
  u8 kind;
  union {
    double radius;
    struct {
      int width, height;
    } rect;
    const char *name;
  };
};

struct shape {
  int id;
  struct what what;
  u8 end;
};

EXPORT(layout_of) int layout_of(int part) {
  switch (part) {
    case 0: return sizeof(struct shape);
    case 1: return __builtin_offsetof(struct shape, what);
    case 2: return __builtin_offsetof(struct shape, what.radius);
    default: return __builtin_offsetof(struct shape, end);
  }
}

EXPORT(area_of) double area_of(const struct what *what) {
  switch (what->kind) {
    case CIRCLE: return 3 * what->radius * what->radius;
    case RECT: return what->rect.width * what->rect.height;
    case NAMED: return scan(what->name, 100);
    case NONE: return 0;
    default: return -2;
  }
}
EXPORT(area_by_value) double area_by_value(struct what what) { return area_of(&what); }
EXPORT(area) double area(const struct shape *shape) {
  return shape->what.kind == NONE && shape->end != 9 ? -1 : area_of(&shape->what);
}
EXPORT(total) double total(const struct shape *shapes, size count) {
  double sum = 0;
  for (size at = 0; at < count; at++) sum += area(&shapes[at]);
  return sum;
}
EXPORT(shape) const struct shape *shape(int kind) {
  static struct shape made;
  made.id = 70 + kind;
  made.end = 9;
  made.what.kind = kind;
  if (kind == CIRCLE) made.what.radius = 1.5;
  if (kind == RECT) made.what.rect.width = 3, made.what.rect.height = 4;
  if (kind == NAMED) made.what.name = "square";
  return &made;
}
EXPORT(find) const struct what *find(int kind) { return kind < 0 ? 0 : &shape(kind)->what; }
EXPORT(by_value) struct what by_value(int kind) { return shape(kind)->what; }
// Returns a block, whose name is a block too.
EXPORT(new_what) struct what *new_what(int kind) {
  struct what *made = malloc(sizeof *made);
  *made = by_value(kind);
  if (kind == NAMED) copy((u8 *)(made->name = malloc(7)), "square", 7);
  return made;
}
// Turns a circle into a square around it, and anything else into nothing.
EXPORT(square) void square(struct shape *shape) {
  const int side = 2 * shape->what.radius;
  const int is_circle = shape->what.kind == CIRCLE;
  shape->what.kind = is_circle ? RECT : NONE;
  if (is_circle) shape->what.rect.width = shape->what.rect.height = side;
}

IMPORT(env, draw) double draw(const struct shape *shape);
IMPORT(env, next) void next(struct shape *shape, int kind);
EXPORT(call_draw) double call_draw(int kind) { return draw(shape(kind)); }
EXPORT(call_next) double call_next(int kind) {
  struct shape made;
  next(&made, kind);
  return area(&made);
}

IMPORT(env, measure) double measure(const struct what *what);
IMPORT(env, pick) void pick(struct what *what, int kind);
IMPORT(env, make) struct what *make(int kind);
EXPORT(call_measure) double call_measure(int kind) { return measure(find(kind)); }
EXPORT(call_pick) double call_pick(int kind) {
  struct what made;
  pick(&made, kind);
  return area_of(&made);
}
// Frees what the import made.
EXPORT(call_make) double call_make(int kind) {
  struct what *made = make(kind);
  if (!made) return -1;
  const double area = area_of(made);
  if (made->kind == NAMED) free((void *)made->name);
  free(made);
  return area;
}
