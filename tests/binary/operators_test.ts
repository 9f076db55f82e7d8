import { assertEquals } from "@std/assert";
import { isPrefix, numberOf, OPERATORS } from "../../src/binary/operators.ts";
import { build, CODE, FUNCTION, leb, section, VOID_TYPE } from "./_build.ts";

/** Returns the engine's message about a function that begins with an opcode; "" if it has none. */
function askEngine(opcode: readonly number[]): string {
  const body = [0, opcode, Array(20).fill(0), 0x0b];
  const byteLength = body.flat(2).length;
  const bytes = build(VOID_TYPE, section(FUNCTION, 1, 0), section(CODE, 1, byteLength, body));
  try {
    new WebAssembly.Module(bytes);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** Operators that engines accept only with a flag. */
const BEHIND_FLAGS =
  /^(?:cont\.new|cont\.bind|suspend|resume|resume_throw|resume_throw_ref|switch)$/;

/** `struct.new_desc` and `struct.new_default_desc`, for which V8 looks at their types first. */
const CUSTOM_DESCRIPTORS = ["0xfb 0x20", "0xfb 0x21"];

Deno.test("the table has exactly the operators that the engine has", () => {
  const differences: string[] = [];
  for (const prefix of [0, 0xfb, 0xfc, 0xfd, 0xfe]) {
    for (let opcode = 0; opcode < (prefix === 0 ? 0x100 : 0x200); opcode++) {
      if (prefix === 0 && isPrefix(opcode)) continue;
      const message = askEngine(prefix === 0 ? [opcode] : [prefix, ...leb(opcode)]);
      const isKnown = !/invalid [a-z]* ?opcode/i.test(message);
      const shown = [...prefix === 0 ? [] : [prefix], opcode]
        .map((byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
      const operator = OPERATORS[prefix === 0 ? opcode : numberOf(prefix, opcode)];
      const isOurs = operator !== undefined && !BEHIND_FLAGS.test(operator.name);
      if (isKnown !== isOurs && !CUSTOM_DESCRIPTORS.includes(shown)) {
        differences.push(`${shown} ${operator?.name}: ${message}`);
      }
    }
  }
  assertEquals(differences, []);
});

/** Opcodes from the tables of the specification, the last ones of their groups. */
const NAMES: [prefix: number, opcode: number, name: string][] = [
  [0, 0x0b, "end"],
  [0, 0x1c, "select"],
  [0, 0x24, "global.set"],
  [0, 0x35, "i64.load32_u"],
  [0, 0x40, "memory.grow"],
  [0, 0x66, "f64.ge"],
  [0, 0x8a, "i64.rotr"],
  [0, 0xa6, "f64.copysign"],
  [0, 0xbf, "f64.reinterpret_i64"],
  [0, 0xc4, "i64.extend32_s"],
  [0, 0xd6, "br_on_non_null"],
  [0xfb, 0x13, "array.init_elem"],
  [0xfb, 0x1e, "i31.get_u"],
  [0xfc, 0x0a, "memory.copy"],
  [0xfc, 0x11, "table.fill"],
  [0xfd, 0x0b, "v128.store"],
  [0xfd, 0x7b, "i8x16.avgr_u"],
  [0xfd, 0x9b, "i16x8.avgr_u"],
  [0xfd, 0xba, "i32x4.dot_i16x8_s"],
  [0xfd, 0xdf, "i64x2.extmul_high_i32x4_u"],
  [0xfd, 0xf7, "f64x2.pmax"],
  [0xfd, 0xff, "f64x2.convert_low_i32x4_u"],
  [0xfd, 0x113, "i32x4.relaxed_dot_i8x16_i7x16_add_s"],
  [0xfe, 0x1d, "i64.atomic.store32"],
  [0xfe, 0x1e, "i32.atomic.rmw.add"],
  [0xfe, 0x4e, "i64.atomic.rmw32.cmpxchg_u"],
];

for (const [prefix, opcode, name] of NAMES) {
  Deno.test(`${name} has its opcode`, () => {
    const number = prefix === 0 ? opcode : numberOf(prefix, opcode);
    assertEquals(OPERATORS[number]?.name, name);
  });
}

Deno.test("no two operators have the same name, except the two forms of select", () => {
  const names = OPERATORS.flatMap((operator) => operator === undefined ? [] : [operator.name]);
  assertEquals(names.filter((name, index) => names.indexOf(name) !== index), ["select"]);
});

Deno.test("an opcode beyond the table has no number", () => {
  assertEquals(numberOf(0xfd, 0x200), -1);
  assertEquals(OPERATORS[numberOf(0xfd, 0x200)], undefined);
});
