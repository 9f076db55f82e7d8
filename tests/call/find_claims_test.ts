import { assertEquals } from "@std/assert";
import { compileClaims } from "../../src/call/on_demand.ts";
import { refuseClaimed } from "../../src/call/find_claims.ts";
import { Claim } from "../../src/instance/frame.ts";
import { guestErrorOf } from "../_errors.ts";
import { inBuffer, instanceOf, planOf, TEXT } from "./_unit.ts";

type Intent = Parameters<typeof refuseClaimed>[2];

/** The claim of 8 bytes at 64. */
function claimOf(block = "argument 0", buffer?: string): Claim {
  return Object.assign(new Claim("held", block, buffer), { pointer: 64, end: 72 });
}

/** Writes at `pointer` in a call within the one of `claims`, or in that one. */
function write(
  claims: Claim,
  [pointer, byteLength]: readonly [pointer: number, byteLength: number],
  { isSame = false, ...more }: Partial<Intent> & { isSame?: boolean } = {},
): void {
  refuseClaimed(claims, isSame ? undefined : claims, {
    symbol: "f",
    action: "pass argument 1 to",
    buffer: undefined,
    pointer,
    end: pointer + byteLength,
    ...more,
  });
}

Deno.test("data next to a claim can be written, up to its ends", () => {
  for (const range of [[60, 4], [72, 4], [68, 0]] as const) write(claimOf(), range);
});

Deno.test("a byte within any claim of another call is refused", () => {
  const last = new Claim("last", "argument 0", undefined);
  last.outer = claimOf();
  for (const range of [[63, 2], [71, 1], [66, 1], [60, 20]] as const) {
    const at = `0x${range[0].toString(16)}`;
    assertEquals(guestErrorOf(() => write(last, range)), [
      "busy",
      `Cannot pass argument 1 to "f": the guest's buffer at ${at} holds what the call of "held" ` +
      "in progress still needs, expected a place of its own for one of them, or a call after that " +
      "one has ended",
    ]);
  }
});

Deno.test("the blocks of one call must not overlap, unless the guest no longer needs one of them", () => {
  const isSame = true;
  assertEquals(guestErrorOf(() => write(claimOf(), [70, 4], { isSame })), [
    "signature",
    'Cannot pass argument 1 to "f": it would lie at 0x46, and argument 0 lies from 0x40 to 0x48, ' +
    "expected places that do not overlap",
  ]);
  write(claimOf("the result"), [70, 4], { isSame });
});

Deno.test("no address of a buffer whose result has not been read yet can be written", () => {
  const claim = claimOf("the result", "buffer");
  const [code] = guestErrorOf(() => write(claim, [128, 4], { buffer: "buffer" }));
  assertEquals(code, "busy");
  write(claim, [128, 4], { buffer: "another" });
});

/** A guest that can call the host, which can call it again. */
const reentered = () => instanceOf(`(import "env" "log" (func))`, { log() {} });

Deno.test("a result is read where its pointers say: exports, addresses and arguments", async () => {
  const texts = [
    { pointer: { export: "size" }, length: { export: "length" } },
    { pointer: 64, length: 4 },
    { pointer: { argument: 1 }, length: "nul" },
  ] as const;
  const result = {
    kind: "record",
    nullable: false,
    fields: texts.map((text, index) => [`${index}`, { ...TEXT, text }] as const),
  } as const;
  const parameters = [inBuffer, inBuffer];
  const claims = compileClaims(planOf({ parameters, result }), await reentered())!;
  const isRead = (index: number, pointer: string | number) =>
    claims.of(index, { kind: "buffer", pointer })!.isRead;
  assertEquals(["size", "length", 64, 4].map((at) => isRead(0, at)), [true, false, true, false]);
  // The second argument is where the third text lies, wherever that is.
  assertEquals(isRead(1, "buffer"), true);
});

Deno.test("the place of the result is claimed for a guest that can call the host, unless an argument is there", async () => {
  const instance = await reentered();
  const result = { ...TEXT, text: { pointer: 64, length: 4 } } as const;
  const claims = compileClaims(planOf({ parameters: [inBuffer], result }), instance)!;
  claims.result!();
  const { pointer, end, block } = instance.claim!;
  assertEquals([pointer, end, block], [64, 65, "the result"]);
});
