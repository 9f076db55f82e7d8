// build classes.wasm:
//
// Exports a class, as compilers before 0.20 do, with the names that they give its parts.

export class Counter {
  static made: i32 = 0;
  label: string = "none";
  private count: i32;

  constructor(from: i32 = 7) {
    this.count = from;
    Counter.made++;
  }

  get value(): i32 {
    return this.count;
  }

  set value(to: i32) {
    this.count = to;
  }

  add(by: i32): i32 {
    return this.count += by;
  }

  describe(before: string): string {
    return before + this.label + " " + this.count.toString();
  }

  merge(other: Counter): Counter {
    return new Counter(this.count + other.count);
  }

  static of(text: string): Counter {
    return new Counter(text.length);
  }
}

export class Other {
  n: i32 = 1;
}

class Point {
  x: f64;
  y: f64;
}

export const Point_ID = idof<Point>();

export function middle(one: Point, other: Point): Point {
  const point = new Point();
  point.x = (one.x + other.x) / 2;
  point.y = (one.y + other.y) / 2;
  return point;
}

export function valueOf(counter: Counter): i32 {
  return counter.value;
}

export let title: string = "a title";
