import { assert, assertEquals, assertThrows, fail } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { isWellFormed, type StringRow, strings } from "../_strings.ts";
import { drive, type Driven } from "./_drive.ts";
import type { PlanParts } from "./_plan.ts";
import { PLANS } from "./_plans.ts";

const encoder = new TextEncoder();

/**
 * Bytes that are not text in any encoding, and bytes that are easily mistaken for a marker or a
 * NUL.
 */
const BYTES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["none", new Uint8Array()],
  ["one NUL", new Uint8Array(1)],
  ["every byte", Uint8Array.from({ length: 256 }, (_, index) => index)],
  ["a BOM", Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)],
  ["half a character", Uint8Array.of(0x61, 0xf0, 0x9f, 0x98)],
  ["five thousand", Uint8Array.from({ length: 5000 }, (_, index) => index * 31 + 7)],
];

/** Lengths in bytes around which allocators take a larger block, and one that needs a new page. */
const GROWING = [1, 100, 1000, 40_000];

/** The number of calls of each plan. */
const CALLS = 100_000;

/** The constant parts of results, from which the expected bytes follow. */
const MARK = "~";

/** Returns whether the guest takes and returns a text of that length. */
function isOfGoodLength({ least = 0, most = Infinity }: PlanParts, answer: Uint8Array): boolean {
  return answer.length >= least && answer.length <= most;
}

/** Asserts that a call leaves nothing except what the guest keeps for itself. */
function assertNothingLeft({ live, guest }: Driven, plan: PlanParts, what: string): void {
  assertEquals(guest.state, "ready", what);
  const kept = live();
  assert(kept <= (plan.keeps ?? 0), `${what}: ${kept} are left`);
}

/** Returns the result of a transform of text for any bytes. */
function ofBytes(expected: (text: string) => string, bytes: Uint8Array): Uint8Array {
  const [before = "", after = ""] = expected(MARK).split(MARK);
  return Uint8Array.of(...encoder.encode(before), ...bytes, ...encoder.encode(after));
}

function checkString(driven: Driven, plan: PlanParts, name: string, row: StringRow): void {
  const { carries = isWellFormed } = plan;
  if (carries(row)) {
    assertEquals(driven.passString(row.text, name), driven.transforms[name]!(row.text), row.name);
  } else assertThrows(() => driven.passString(row.text, name), TypeError, "Cannot", row.name);
}

/**
 * Asserts that a call fails with a `GuestError` and leaves nothing; a guest that trapped is reset.
 */
function assertFails(driven: Driven, plan: PlanParts, call: () => unknown, what: string): void {
  const { guest } = driven;
  const { code } = assertThrows(call, GuestError, "Cannot", what);
  if (code === "trap") {
    assert(plan.traps, `${what}: it trapped`);
    guest.reset();
  } else {assert(
      ["out-of-memory", "null-pointer", "guest-error"].includes(code),
      `${what}: ${code}`,
    );}
  assertNothingLeft(driven, plan, what);
}

function succeeds(call: () => void): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if (error instanceof GuestError) return false;
    throw error;
  }
}

/** The first transform, with a text and the right result. */
function sampleOf({ transforms }: Driven): [name: string, text: string, expected: string] {
  const [[name, expected] = fail()] = Object.entries(transforms);
  return [name, "Bob", expected("Bob")];
}

for (const plan of PLANS) {
  const title = `${plan.guest}, ${plan.name}`;

  Deno.test(`${title}: every string comes back correctly, or is refused`, async () => {
    const driven = await drive(plan);
    for (const [name, expected] of Object.entries(driven.transforms)) {
      for (const row of strings) {
        if (!isOfGoodLength(plan, encoder.encode(expected(row.text)))) continue;
        checkString(driven, plan, name, row);
        assertNothingLeft(driven, plan, row.name);
      }
    }
    driven.guest.close();
  });

  if (plan.bytes !== false) {
    Deno.test(`${title}: bytes come back correctly, or are refused`, async () => {
      const driven = await drive(plan);
      for (const name of ["greet", "echo"].map((name) => `${plan.prefix ?? ""}${name}`)) {
        const expected = driven.transforms[name];
        if (expected === undefined) continue;
        for (const [what, bytes] of BYTES) {
          const answer = ofBytes(expected, bytes);
          if (!isOfGoodLength(plan, answer)) continue;
          if (plan.terminated && bytes.includes(0)) {
            assertThrows(() => driven.passBytes(bytes, name), TypeError, "NUL", what);
          } else assertEquals(driven.passBytes(bytes, name), answer, what);
          assertNothingLeft(driven, plan, what);
        }
      }
      driven.guest.close();
    });
  }

  Deno.test(`${title}: memory can grow at each point`, async () => {
    const driven = await drive(plan);
    const { growAt, pages } = driven;
    for (const [name, expected] of Object.entries(driven.transforms)) {
      for (const length of GROWING) {
        const text = "ab cd ".repeat(length).slice(0, length);
        if (!isOfGoodLength(plan, encoder.encode(expected(text)))) continue;
        for (let point = 1, before = -1; before !== pages(); point++) {
          before = pages();
          growAt?.(point);
          assertEquals(driven.passString(text, name), expected(text));
        }
        growAt?.(0);
        assertNothingLeft(driven, plan, `${length} units`);
      }
    }
    driven.guest.close();
  });

  Deno.test(`${title}: each allocation can fail`, async () => {
    const driven = await drive(plan);
    const { guest, failAfter } = driven;
    const [name, text, expected] = sampleOf(driven);
    let point = 1;
    for (; failAfter !== undefined; point++) {
      if (point > 100) fail("the call has not succeeded after 100 allocations, expected an end");
      failAfter(point);
      if (succeeds(() => assertEquals(driven.passString(text, name), expected))) break;
      guest.reset();
      failAfter(point);
      assertFails(driven, plan, () => driven.passString(text, name), `allocation ${point}`);
    }
    failAfter?.(0);
    assertEquals(point > 1, failAfter !== undefined);
    for (const length of plan.tooMuch ?? []) {
      const long = "a".repeat(length);
      assertFails(driven, plan, () => driven.passString(long, name), `${length} bytes`);
    }
    assertEquals(driven.passString(text, name), expected);
    assertNothingLeft(driven, plan, "in the end");
    guest.close();
  });

  Deno.test(`${title}: nothing leaks in ${CALLS} calls, some of which fail`, async () => {
    const driven = await drive(plan);
    const { failAfter, guest } = driven;
    const [name, text, expected] = sampleOf(driven);
    driven.passString(text, name);
    const before = driven.pages();
    for (let call = 1; call <= CALLS; call++) {
      if (driven.passString(text, name) !== expected) fail(`call ${call}`);
      if (call % 100 === 0) driven.collect?.();
      if (call % 500 !== 0) continue;
      if (failAfter === undefined) continue;
      // For a guest that traps, only the first allocation fails, which is the host's.
      failAfter(plan.traps ? 1 : call / 500 % 3 + 1);
      succeeds(() => driven.passString(text, name));
      failAfter(0);
    }
    assertNothingLeft(driven, plan, "in the end");
    if (!plan.neverFrees) assertEquals(driven.pages(), before);
    guest.close();
  });
}
