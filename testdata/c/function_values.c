// build function_values.wasm: -mmutable-globals -Wl,--export-table,--growable-table,--export=__stack_pointer
// build function_values_64.wasm: --target=wasm64 -mmutable-globals -Wl,--export-table,--growable-table
// build function_values_hidden.wasm: -mmutable-globals
//
// Passes function pointers to the host and gets some from it, as C programs do with theirs.
// `start` registers two handlers through the import `on_click`, and `stop` one that is null.
// `calculate` asks the import `find_op` for the function of an operator, and calls it; `same_op` asks
// twice and compares. `get_op` returns a function of its own by the character of its operator, and
// `lookup` writes it to an address, behind a status. `run_twice` gives the import `with_counter` a
// function that takes one. `make_shape` makes an object with a table of methods.
#include "malloc.h"

typedef void (*click_handler)(int x, int y, void *user_data);
typedef int (*binary_op)(int left, int right);

IMPORT(env, on_click) void on_click(click_handler handler, void *user_data);
IMPORT(env, find_op) binary_op find_op(char name);

static int add(int left, int right) { return left + right; }
static int subtract(int left, int right) { return left - right; }
static int divide(int left, int right) { return left / right; }

struct widget {
  int clicks;
  int last_x;
  int last_y;
};
static struct widget first, second;

static void count_click(int x, int y, void *user_data) {
  struct widget *widget = user_data;
  widget->clicks++;
  widget->last_x = x;
  widget->last_y = y;
}
static void count_twice(int x, int y, void *user_data) {
  count_click(x, y, user_data);
  count_click(y, x, user_data);
}
EXPORT(start) void start(void) {
  on_click(count_click, &first);
  on_click(count_twice, &second);
}
EXPORT(stop) void stop(void) { on_click(0, 0); }
EXPORT(clicks) int clicks(int index) { return index == 0 ? first.clicks : second.clicks; }
EXPORT(last_x) int last_x(int index) { return index == 0 ? first.last_x : second.last_x; }

EXPORT(calculate) int calculate(char name, int left, int right) {
  binary_op op = find_op(name);
  return op == 0 ? -1 : op(left, right);
}
EXPORT(same_op) int same_op(char name) { return find_op(name) == find_op(name); }
EXPORT(is_own_op) int is_own_op(char name) { return find_op(name) == add; }

EXPORT(get_op) binary_op get_op(char name) {
  switch (name) {
  case '+': return add;
  case '-': return subtract;
  case '/': return divide;
  case '?': return (binary_op)0x1000; // no function of the table
  case 'c': return (binary_op)count_click; // of another type
  default: return 0;
  }
}
EXPORT(lookup) int lookup(char name, binary_op *out) {
  *out = get_op(name);
  return *out == 0 ? -1 : 0;
}
EXPORT(call_op) int call_op(binary_op op, int left, int right) { return op(left, right); }
EXPORT(is_add) int is_add(binary_op op) { return op == add; }

typedef int (*step)(int by);
IMPORT(env, with_counter) int with_counter(int (*body)(step count, int by), int by);
static int twice(step count, int by) { return count(by) + count(by); }
EXPORT(run_twice) int run_twice(int by) { return with_counter(twice, by); }

struct shape;
struct shape_methods {
  double (*area)(const struct shape *self);
  void (*scale)(struct shape *self, double factor);
  const char *(*name)(const struct shape *self);
  void (*destroy)(struct shape *self);
};
struct shape {
  const struct shape_methods *methods;
  double width;
  double height;
};
static double rectangle_area(const struct shape *self) { return self->width * self->height; }
static double ellipse_area(const struct shape *self) {
  return 0.75 * self->width * self->height; // near enough to pi / 4
}
static void scale(struct shape *self, double factor) {
  self->width *= factor;
  self->height *= factor;
}
static const char *rectangle_name(const struct shape *self) {
  return self->width == self->height ? "square" : "rectangle";
}
static const char *ellipse_name(const struct shape *self) {
  return self->width == self->height ? "circle" : "ellipse";
}
static void destroy(struct shape *self) { free(self); }
static const struct shape_methods rectangle = {rectangle_area, scale, rectangle_name, destroy};
static const struct shape_methods ellipse = {ellipse_area, scale, ellipse_name, 0};

EXPORT(make_shape) struct shape *make_shape(int is_round, double width, double height) {
  struct shape *made = malloc(sizeof(struct shape));
  made->methods = is_round ? &ellipse : &rectangle;
  made->width = width;
  made->height = height;
  return made;
}
EXPORT(methods_of) const struct shape_methods *methods_of(const struct shape *self) {
  return self->methods;
}
