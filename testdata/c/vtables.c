// build vtables.wasm: -mmutable-globals -Wl,--export-table,--growable-table,--export=__stack_pointer
// build vtables_64.wasm: --target=wasm64 -mmutable-globals -Wl,--export-table,--growable-table,--export=__stack_pointer
// build vtables_hidden.wasm: -mmutable-globals -Wl,--export=__stack_pointer
//
// Takes and returns structs with function pointers, as a C library does that reads through a table
// of functions. `drain` reads through `ops` until there is no more, and returns the sum of the bytes;
// it closes `ops` if that has `close`. `keep` copies its struct, whose functions `call_kept` calls.
// `math` returns a table of this guest's own functions, whose third one is null unless `all` is set.
#include "malloc.h"

struct ops {
  size (*read)(void *self, char *buffer, size capacity);
  void *self;
  void (*close)(void *self, const char *why);
  int level;
};

struct pair {
  int (*apply)(int, int);
  int left, right;
};

struct one {
  int (*apply)(int, int);
};

struct math {
  int (*add)(int, int);
  struct pair pair;
  int (*negate)(int);
};

IMPORT(env, use_pair) int use_pair(const struct pair *pair);
IMPORT(env, make_pair) void make_pair(struct pair *pair, int left);
IMPORT(env, find_op) int find_op(int name, struct one *found);

EXPORT(drain) int drain(const struct ops *ops) {
  char buffer[4];
  int sum = ops->level;
  for (;;) {
    const size count = ops->read(ops->self, buffer, sizeof buffer);
    for (size at = 0; at < count; at++) sum += (unsigned char)buffer[at];
    if (count < sizeof buffer) break;
  }
  if (ops->close) ops->close(ops->self, "end");
  return sum;
}

EXPORT(run_pair) int run_pair(const struct pair *pair) {
  return pair->apply(pair->left, pair->right);
}
EXPORT(run_pair_value) int run_pair_value(struct pair pair) {
  return pair.apply(pair.left, pair.right);
}
EXPORT(run_one) int run_one(struct one one, int left, int right) { return one.apply(left, right); }
EXPORT(run_all) int run_all(const struct pair *pairs, size count) {
  int sum = 0;
  for (size at = 0; at < count; at++) sum += run_pair(&pairs[at]);
  return sum;
}
EXPORT(same) int same(const struct pair *one, const struct pair *other) {
  return one->apply == other->apply;
}

static struct pair kept;
EXPORT(keep) void keep(const struct pair *pair) { kept = *pair; }
EXPORT(call_kept) int call_kept(void) { return run_pair(&kept); }
EXPORT(kept_pair) struct pair *kept_pair(void) { return &kept; }

static int add(int left, int right) { return left + right; }
static int multiply(int left, int right) { return left * right; }
static int negate(int value) { return -value; }
EXPORT(math) const struct math *math(int all) {
  static struct math table;
  table = (struct math){add, {multiply, 6, 7}, all ? negate : 0};
  return &table;
}
EXPORT(one_op) struct one one_op(int plus) { return (struct one){plus ? add : multiply}; }
EXPORT(swap) void swap(struct pair *pair) {
  pair->apply = multiply;
  pair->left = -pair->left;
}

EXPORT(call_use_pair) int call_use_pair(int left, int right) {
  const struct pair pair = {multiply, left, right};
  return use_pair(&pair);
}
EXPORT(call_make_pair) int call_make_pair(int left) {
  struct pair pair;
  make_pair(&pair, left);
  return run_pair(&pair);
}
EXPORT(call_find_op) int call_find_op(int name, int left, int right) {
  struct one found;
  return find_op(name, &found) ? found.apply(left, right) : -1;
}
