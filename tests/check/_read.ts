import { Problems, type Shape } from "../../src/check/shape.ts";

/** Reads a value of a shape, and returns its copy with the problems. */
export function read(shape: Shape, value: unknown, at = ""): [copy: unknown, lines: string[]] {
  const problems = new Problems("the value");
  const copy = problems.read(shape, value, at);
  return [copy, problems.lines];
}

/** Returns the problems of a value. */
export function problemsOf(shape: Shape, value: unknown, at = ""): string[] {
  return read(shape, value, at)[1];
}
