// Random declarations and guests: the compiled form of a call has the same outcome as its steps.
import { assert, assertEquals } from "@std/assert";
import { type Guest, load, LoadError } from "../../mod.ts";
import { withSources } from "../_tiers.ts";
import { assemble } from "../_wat.ts";
import { GROWS, type Made, makeGuest, MODES, Random } from "./_guests_made.ts";
import { makeShapes } from "./_shapes_made.ts";

const SEED = 20_260_117;
const GUESTS = 150;

/** The number of calls that make a call hot. */
const OFTEN = 101;

/** The least number of guests that are compared, however slow the machine is. */
const LEAST = 20;

/** The longest time for making guests: a slow machine makes fewer. */
const MOST_TIME = 6_000;

/** The result or the error of one call, the guest's state, and its counts of requests and frees. */
function ask(guest: Guest, args: readonly unknown[], mode: number): unknown {
  const exports = guest.exports as { mode(mode: number): void; counted(): number };
  exports.mode(mode);
  // Memory that other calls wrote is not part of the comparison.
  guest.memory.clear(0, guest.memory.size);
  const call = (guest.symbols as Record<string, (...args: readonly unknown[]) => unknown>).call!;
  let outcome: unknown;
  try {
    outcome = call(...args);
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    // The number of blocks that were never freed includes all calls before.
    outcome = { name, message: message.replace(/; \d[^;]* never freed.*$/, ""), code };
  }
  return { outcome, state: guest.state, counted: exports.counted() };
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, part) => typeof part === "bigint" ? `${part}n` : part);
}

/** Compares the first outcome of each value and mode with the one after many calls. */
async function compare(made: Made, bytes: Uint8Array<ArrayBuffer>, random: Random): Promise<void> {
  const { declaration, calls: rows } = made;
  const options = { symbols: { call: declaration }, imports: { env: { tick() {} } } };
  using hot = await load(bytes, options);
  using fresh = await load(bytes, options);
  const warm = () => {
    for (let calls = 0; calls < OFTEN; calls++) ask(hot, rows[0]!, 0);
  };
  warm();
  // A declaration that breaks its guest at once has no hot call.
  if (hot.state !== "ready") return;
  for (let round = 0; round < 12; round++) {
    const args = rows[random.below(rows.length)]!;
    const mode = random.below(3) === 0 ? 0 : random.below(MODES);
    fresh.reset();
    const expected = ask(fresh, args, mode);
    const found = ask(hot, args, mode);
    assertEquals(
      found,
      expected,
      `mode ${mode}, ${show(args)}: ${show(declaration)}\n${made.text}`,
    );
    if (hot.state === "ready" && mode !== GROWS) continue;
    hot.reset();
    warm();
  }
}

Deno.test("the compiled form of a call has the same outcome as its steps, for random guests and declarations", async () => {
  const random = new Random(SEED);
  const end = performance.now() + MOST_TIME;
  let compared = 0, compiled = 0;
  await withSources(async (sources) => {
    for (let made = 0; made < GUESTS && (compared < LEAST || performance.now() < end); made++) {
      const guest = made % 2 === 0 ? makeGuest(random) : makeShapes(random);
      // A guest that can call the host can be called again in the middle of a call.
      const text = random.below(3) > 0
        ? guest.text
        : guest.text.replace("(module", '(module (import "env" "tick" (func))');
      const bytes = assemble(text);
      try {
        await compare(guest, bytes, random);
        compared++;
      } catch (error) {
        // A value that does not fit is refused before the call.
        if (!(error instanceof LoadError)) throw error;
      }
    }
    // Every compiled form is a function made from source.
    compiled = sources.length;
  });
  assert(compared >= LEAST, `${compared} declarations fit, seed ${SEED}`);
  assert(compiled >= compared / 3, `${compiled} of ${compared} were compiled, seed ${SEED}`);
});
