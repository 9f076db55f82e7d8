// build objects.wasm: --exportRuntime
// build objects_minimal.wasm: --exportRuntime --runtime minimal
// build objects_stub.wasm: --exportRuntime --runtime stub
//
// Has classes as its users write them: fields of every type, objects in objects, references that
// the host keeps, and what is exported beside functions: globals and an enumeration.

class Point {
  constructor(public x: f64 = 0, public y: f64 = 0) {}
}

class Small {
  a: u8 = 0;
  b: i64 = 0;
  c: bool = false;
  d: u16 = 0;
  e: f32 = 0;
  f: i8 = 0;
}

class Label {
  text: string = "";
  note: string | null = null;
  at: Point = new Point();
  size: i32 = 0;
}

class Shape extends Label {
  sides: f64[] = [];
  bytes: Uint8Array = new Uint8Array(0);
  tags: string[] = [];
  corners: Point[] = [];
  next: Label | null = null;
}

export const Point_ID = idof<Point>();
export const Small_ID = idof<Small>();
export const Label_ID = idof<Label>();
export const Shape_ID = idof<Shape>();
export const Counter_ID = idof<Counter>();
export const Array_string_ID = idof<Array<string>>();
export const Array_Point_ID = idof<Array<Point>>();
export const Array_Array_i32_ID = idof<Array<Array<i32>>>();
export const Array_f64_ID = idof<Array<f64>>();

export function makePoint(x: f64, y: f64): Point {
  return new Point(x, y);
}

export function lengthOf(point: Point): f64 {
  return Math.sqrt(point.x * point.x + point.y * point.y);
}

export function middle(one: Point, other: Point): Point {
  return new Point((one.x + other.x) / 2, (one.y + other.y) / 2);
}

export function flip(small: Small): Small {
  small.a = 255 - small.a;
  small.b = -small.b;
  small.c = !small.c;
  small.d = 65535 - small.d;
  small.e = -small.e;
  small.f = -small.f;
  return small;
}

export function offsets(): u32[] {
  return [
    offsetof<Small>("a"), offsetof<Small>("b"), offsetof<Small>("c"), offsetof<Small>("d"),
    offsetof<Small>("e"), offsetof<Small>("f"), offsetof<Small>(),
    offsetof<Shape>("text"), offsetof<Shape>("size"), offsetof<Shape>("sides"),
    offsetof<Shape>("next"), offsetof<Shape>(),
  ];
}

export function describe(label: Label): string {
  const note = label.note;
  return label.text + "@" + label.at.x.toString() + "," + label.at.y.toString() +
    (note == null ? "" : " (" + note + ")") + " #" + label.size.toString();
}

export function relabel(label: Label, text: string): Label {
  const made = new Label();
  made.text = text;
  made.note = label.text;
  made.at = label.at;
  made.size = label.size + 1;
  return made;
}

export function makeShape(corners: i32): Shape {
  const shape = new Shape();
  shape.text = "shape";
  shape.size = corners;
  for (let at = 0; at < corners; at++) {
    shape.corners.push(new Point(at, -at));
    shape.sides.push(at + 0.5);
    shape.tags.push("t" + at.toString());
  }
  shape.bytes = new Uint8Array(corners);
  shape.bytes.fill(7);
  const next = new Label();
  next.text = "next";
  shape.next = next;
  return shape;
}

export function echoShape(shape: Shape): Shape {
  return shape;
}

export function shapeOrNull(shape: Shape | null): Label | null {
  return shape == null ? null : shape.next;
}

export function sumPoints(points: Point[]): Point {
  const sum = new Point();
  for (let at = 0; at < points.length; at++) {
    sum.x += points[at].x;
    sum.y += points[at].y;
  }
  return sum;
}

export function square(size: i32): Point[] {
  return [new Point(0, 0), new Point(size, 0), new Point(size, size), new Point(0, size)];
}

export function transpose(rows: i32[][]): i32[][] {
  const columns: i32[][] = [];
  for (let at = 0; at < rows[0].length; at++) {
    const column: i32[] = [];
    for (let row = 0; row < rows.length; row++) column.push(rows[row][at]);
    columns.push(column);
  }
  return columns;
}

export function join(words: Array<string | null>): string {
  let text = "";
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    text += word == null ? "-" : word;
  }
  return text;
}

class Counter {
  private count: i32;
  constructor(from: i32) {
    this.count = from;
  }
  get value(): i32 {
    return this.count;
  }
  add(by: i32): i32 {
    return this.count += by;
  }
}

class LoudCounter extends Counter {
  note: string = "loud";
}

class Holder {
  counter: Counter = new Counter(0);
  name: string = "";
}

export const Holder_ID = idof<Holder>();

export function makeCounter(from: i32): Counter {
  return new Counter(from);
}

export function makeLoudCounter(from: i32): Counter {
  return new LoudCounter(from);
}

export function addTo(counter: Counter, by: i32): i32 {
  return counter.add(by);
}

export function valueOf(counter: Counter): i32 {
  return counter.value;
}

export function sameCounter(counter: Counter | null): Counter | null {
  return counter;
}

export function counters(count: i32): Counter[] {
  const made: Counter[] = [];
  for (let at = 0; at < count; at++) made.push(new Counter(at));
  return made;
}

export function sumCounters(counters: Counter[]): i32 {
  let sum = 0;
  for (let at = 0; at < counters.length; at++) sum += counters[at].value;
  return sum;
}

export function hold(counter: Counter, name: string): Holder {
  const holder = new Holder();
  holder.counter = counter;
  holder.name = name;
  return holder;
}

export function held(holder: Holder): i32 {
  return holder.counter.value;
}

export function countWords(text: string): Map<string, i32> {
  const counts = new Map<string, i32>();
  const words = text.split(" ");
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    counts.set(word, (counts.has(word) ? counts.get(word) : 0) + 1);
  }
  return counts;
}

export function countOf(counts: Map<string, i32>, word: string): i32 {
  return counts.has(word) ? counts.get(word) : 0;
}

class Framed {
  label: Label = new Label();
  width: i32 = 0;
}

export const Framed_ID = idof<Framed>();

export function unframe(framed: Framed): Label {
  framed.label.size += framed.width;
  return framed.label;
}

export function keepPoint(point: Point): Point {
  return point;
}

// Fills the heap with garbage, so that whatever nobody keeps is collected and overwritten.
export function churn(rounds: i32): i32 {
  let sum = 0;
  for (let at = 0; at < rounds; at++) sum += at.toString().length;
  return sum;
}
