// build host_objects.wasm: --exportRuntime
//
// Calls the host with objects: copies of their fields, arrays of them, and references.

class Point {
  constructor(public x: f64 = 0, public y: f64 = 0) {}
}

class Person {
  name: string = "";
  at: Point = new Point();
  tags: string[] = [];
}

class Counter {
  constructor(private count: i32) {}
  add(by: i32): i32 {
    return this.count += by;
  }
}

export const Point_ID = idof<Point>();
export const Person_ID = idof<Person>();
export const Array_Point_ID = idof<Array<Point>>();
export const Array_string_ID = idof<Array<string>>();

declare function move(point: Point, by: f64): Point;
declare function show(person: Person): void;
declare function rename(person: Person | null): Person | null;
declare function mirror(points: Point[]): Point[];
declare function keep(counter: Counter): void;
declare function last(): Counter | null;

export function moved(x: f64, y: f64, by: f64): f64 {
  const point = move(new Point(x, y), by);
  return point.x * 1000 + point.y;
}

function personOf(name: string): Person {
  const person = new Person();
  person.name = name;
  person.at = new Point(1, 2);
  person.tags = ["a", name];
  return person;
}

export function announce(name: string): void {
  show(personOf(name));
}

export function renamed(name: string): string {
  const person = rename(name == "" ? null : personOf(name));
  if (person == null) return "nobody";
  return person.name + "@" + person.at.x.toString() + "#" + person.tags.join("|");
}

export function mirrored(count: i32): f64 {
  const points: Point[] = [];
  for (let at = 0; at < count; at++) points.push(new Point(at, 0));
  const answer = mirror(points);
  let sum: f64 = 0;
  for (let at = 0; at < answer.length; at++) sum += answer[at].x * (at + 1);
  return sum;
}

export function give(from: i32): void {
  keep(new Counter(from));
}

export function takeBack(by: i32): i32 {
  const counter = last();
  return counter == null ? -1 : counter.add(by);
}

// Fills the heap with garbage, so that whatever nobody keeps is collected and overwritten.
export function churn(rounds: i32): i32 {
  let sum = 0;
  for (let at = 0; at < rounds; at++) sum += at.toString().length;
  return sum;
}
