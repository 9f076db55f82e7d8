import { assertEquals } from "@std/assert";
import { Body, findBodies } from "../../src/binary/body.ts";
import { readModule } from "../../src/binary/module.ts";
import { OPERATORS } from "../../src/binary/operators.ts";
import { Reader } from "../../src/binary/reader.ts";
import { findSections, rewrite } from "../../src/limits/rewrite.ts";
import { assemble } from "../_wat.ts";

const CODE = 10;

// Each of the four loops checks the fuel, and so does the first segment of the last function,
// because it calls an import; "plain" has only a branch of its own.
const TEXT = `(module (import "env" "f" (func $f))
  (func (param i32) (loop (if (local.get 0) (then (nop))) (br_if 0 (local.get 0))))
  (func $plain (param i32) (if (local.get 0) (then (nop))))
  (func (param i32) (local f64 f64 i64)
    (call $f) (loop (call $f) (br_if 0 (local.get 0)))
    (loop (loop (br_if 0 (local.get 0))) (br_if 0 (local.get 0)))))`;

/** Reads the hints of a module: for each function that has some, the operators that follow. */
function readHints(bytes: Uint8Array): [index: number, operators: string[][]][] | undefined {
  const { customSections, functions } = readModule(bytes);
  const section = customSections.find(({ name }) => name === "metadata.code.branch_hint");
  if (section === undefined) return undefined;
  const reader = new Reader(bytes, section.offset, section.offset + section.byteLength);
  const bodies = findBodies(findSections(bytes).get(CODE)!);
  const imported = functions.length - bodies.length;
  const found: [number, string[][]][] = [];
  for (let count = reader.u32("count"); count > 0; count--) {
    const index = reader.u32("index"), operators: string[][] = [], body = new Body(bytes);
    body.enter(bodies[index - imported]!);
    for (let hints = reader.u32("hints"); hints > 0; hints--) {
      body.position = bodies[index - imported]!.start + reader.u32("offset");
      // The hint has one byte, which is 0 if the branch is unlikely.
      assertEquals([reader.u8("length"), reader.u8("hint")], [1, 0]);
      const next = [body.next(), body.next(), body.next()];
      operators.push(next.map((number) => OPERATORS[number]!.name));
    }
    found.push([index, operators]);
  }
  assertEquals(reader.remaining, 0);
  return found;
}

Deno.test("branches that ask for more units are unlikely, and no others are", () => {
  const bytes = assemble(TEXT);
  const { bytes: rewritten } = rewrite(bytes, readModule(bytes), true);
  // Fuel in a local is moved to the global before the call.
  const local = ["if", "local.get", "global.set"];
  assertEquals(readHints(rewritten), [[1, [local]], [3, [local, local, local, local]]]);
  assertEquals(WebAssembly.validate(rewritten as Uint8Array<ArrayBuffer>), true);
});

Deno.test("branches that end in a trap have no hints", () => {
  const bytes = assemble(TEXT);
  assertEquals(readHints(rewrite(bytes, readModule(bytes), false).bytes), undefined);
});
