// Random functions in the text format, in two versions: plain, and with code before each operator
// that counts it. So the expected count does not come from the code under test.

/** A random number generator with a seed (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

const COUNT = "global.get $count i64.const 1 i64.add global.set $count ";

/** Records that there was an exception: the operators that it skips may be counted. */
const NOTE = "i32.const 1 global.set $thrown ";

const BINARY = ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "rotl", "lt_u"];

/** The number of functions: each calls only those after it, and every second one is exported. */
const FUNCTIONS = 5;

/** The maximum depth of nested blocks. */
const DEEPEST = 4;

/** Writes a module; with `counts`, additional code counts each operator. */
export function writeModule(seed: number, counts: boolean): string {
  const random = randomOf(seed);
  const one = (text: string) => `${counts ? COUNT : ""}${text}\n`;
  let loops = 0;

  /** Writes code that leaves one number. */
  function value(depth: number): string {
    const kind = random(depth > 0 ? 8 : 3);
    if (kind === 0) return one(`i32.const ${random(100) - 50}`);
    if (kind < 3) return one(`local.get ${random(3)}`);
    if (kind < 6) {
      return value(depth - 1) + value(depth - 1) + one(`i32.${BINARY[random(BINARY.length)]}`);
    }
    if (kind === 6) {
      // A few traps are enough.
      const masked = random(40) === 0 ? "" : one("i32.const 0xffff") + one("i32.and");
      return value(depth - 1) + masked + one("i32.load8_u");
    }
    return value(depth - 1) + value(depth - 1) + value(depth - 1) + one("select");
  }

  /** Writes a statement; `labels` has for each block around it whether it is a loop. */
  function statement(labels: readonly boolean[], self: number): string {
    const depth = DEEPEST - labels.length;
    // A branch to a loop would need a bound.
    const open = [...labels.keys()].filter((index) => !labels[index]).map((index) =>
      labels.length - 1 - index
    );
    const label = () => open[random(open.length)]!;
    const inner = (isLoop: boolean) => statements([...labels, isLoop], self);
    switch (random(depth > 0 ? 19 : 9)) {
      case 0:
      case 1:
      case 2:
        return value(2) + one(`local.set ${random(3)}`);
      case 3:
        return one("i32.const 7") + value(1) + one("i32.store8");
      case 4:
        return self + 1 < FUNCTIONS
          ? value(1) + one(`call $f${self + 1 + random(FUNCTIONS - self - 1)}`) + one("drop")
          : one("nop");
      case 5:
        return open.length > 0 ? value(1) + one(`br_if ${label()}`) : one("nop");
      case 6:
        return random(6) === 0 ? value(0) + one("return") : one("nop");
      case 7:
        if (open.length === 0 || random(4) > 0) return one("nop");
        return random(2) === 0
          ? one(`br ${label()}`)
          : value(0) + one(`br_table ${label()} ${label()} ${label()}`);
      case 8:
        if (random(3) > 0) return one("nop");
        return `${value(1)}${one("if")}${counts ? NOTE : ""}${one("throw $tag")}end\n`;
      case 9:
        return `try\n${inner(false)}catch_all\n${inner(false)}end\n`;
      case 10:
      case 11:
      case 12:
        return `block\n${inner(false)}end\n`;
      case 13:
      case 14:
      case 15: {
        const otherwise = random(2) === 0 ? "" : `else\n${inner(false)}`;
        return `${value(1)}${one("if")}${inner(false)}${otherwise}end\n`;
      }
      default: {
        const counter = 3 + loops++ % 40;
        // The initialisation is counted before the loop is entered, the loop in each of its rounds.
        return one(`i32.const ${1 + random(3)}`) + one(`local.set ${counter}`) +
          `loop\n${counts ? COUNT : ""}${inner(true)}` +
          one(`local.get ${counter}`) + one("i32.const 1") + one("i32.sub") +
          one(`local.tee ${counter}`) + one("i32.const 0") + one("i32.gt_s") +
          one("br_if 0") + "end\n";
      }
    }
  }

  function statements(labels: readonly boolean[], self: number): string {
    let text = "";
    for (let left = random(5); left >= 0; left--) text += statement(labels, self);
    return text;
  }

  let functions = "";
  for (let self = 0; self < FUNCTIONS; self++) {
    const exported = self % 2 === 0 ? `(export "f${self}")` : "";
    functions += `(func $f${self} ${exported} (param i32) (result i32) (local ${
      "i32 ".repeat(43)
    })\n${statements([], self)}${value(1)})\n`;
  }
  return `(module (memory (export "memory") 1)
    (tag $tag)
    (global $count (export "count") (mut i64) (i64.const 0))
    (global $thrown (export "thrown") (mut i32) (i32.const 0))\n${functions})`;
}
