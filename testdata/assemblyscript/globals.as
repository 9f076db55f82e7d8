// build globals.wasm: --exportRuntime
//
// Exports globals of every type, mutable and immutable, and an enumeration.

class Point {
  constructor(public x: f64 = 0, public y: f64 = 0) {}
}

export const Point_ID = idof<Point>();

export let title: string = "hello";
export let count: i32 = -3;
export let small: u8 = 255;
export let flag: bool = true;
export let wide: u64 = 0xffffffffffffffff;
export let ratio: f32 = 0.5;
export let origin: Point = new Point(1, 2);
export let nothing: Point | null = null;
export let words: string[] = ["a", "b"];
export const LIMIT: f64 = 3.25;
export const NAME: string = "a name";

export enum Color {
  Red,
  Green = 5,
  Blue,
}

export function describe(): string {
  return title + " " + count.toString() + " " + small.toString() + " " + flag.toString() + " " +
    wide.toString() + " " + ratio.toString() + " " + origin.x.toString() + " " +
    (nothing == null ? "null" : nothing!.y.toString()) + " " + words.join("|");
}

export function nameOf(color: Color): string {
  return color == Color.Blue ? "blue" : "another";
}

// Fills the heap with garbage, so that whatever nobody keeps is collected and overwritten.
export function churn(rounds: i32): i32 {
  let sum = 0;
  for (let at = 0; at < rounds; at++) sum += at.toString().length;
  return sum;
}
