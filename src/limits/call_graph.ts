import { hoist } from "./forks.ts";
import { type Call, DEAD, ENTRY, type Segments, UNKNOWN } from "./segments.ts";

/**
 * The most units that a function takes until fuel is looked at, beside its own operators, and the
 * most that its callers take for it.
 */
const MOST_UNITS = 1024;

/** What a call of a function costs. */
export interface Callee {
  /** The units that the caller takes. */
  readonly prepaid: number;
  /** Whether the function takes no units itself. */
  readonly isFree: boolean;
}

/** What a function costs whose callers are not known. */
const FOREIGN: Callee = { prepaid: 0, isFree: false };

/**
 * Lets callers take what a call of a function costs in any case, and finds where fuel has to be
 * looked at so that calls end: wherever functions may call themselves, or call so many others that
 * work grows without a loop.
 *
 * @param functions The module's own functions.
 * @param imported The number of functions before them.
 * @param isForeign Whether a function can be called by others than its callers in the code.
 * @returns What each function costs that is called.
 */
export function settleCalls(
  functions: readonly Segments[],
  imported: number,
  isForeign: (index: number) => boolean,
): (index: number) => Callee {
  const callees: (Callee | undefined)[] = Array(functions.length).fill(undefined);
  /** The most units that a function executes without a look at fuel. */
  const unseen = new Float64Array(functions.length);
  const find = (callee: number): Callee | undefined =>
    callee < imported ? FOREIGN : callees[callee - imported];

  function settle(own: number): void {
    const segments = functions[own]!, { costs, looks, calls } = segments;
    let most = costs.reduce((sum, cost) => sum + cost);
    let isFree = segments.places.every((place) => place !== "length" && place !== "note");
    for (const { segment, callee } of calls) {
      if (segment === DEAD) continue;
      const found = find(callee);
      if (callee < imported || found === undefined) looks[segment] = true;
      costs[segment]! += found?.prepaid ?? 0;
      isFree &&= found?.isFree ?? false;
      if (!looks[segment]) most += unseen[callee - imported]!;
    }
    if (most > MOST_UNITS) {
      most = MOST_UNITS;
      for (const { segment } of calls) looks[segment] ||= segment !== DEAD;
    }
    unseen[own] = most;
    hoist(segments);
    const least = costs[ENTRY]!;
    const prepaid = isForeign(own + imported) || least > MOST_UNITS ? 0 : least;
    costs[ENTRY]! -= prepaid;
    isFree &&= !looks.includes(true) && costs.every((cost) => cost === 0);
    callees[own] = { prepaid, isFree };
  }

  const late: { own: number; call: Call }[] = [];
  for (const own of calleesFirst(functions, imported)) {
    for (const call of functions[own]!.calls) {
      if (call.callee !== UNKNOWN && find(call.callee) === undefined) late.push({ own, call });
    }
    settle(own);
  }
  // Functions that were called before it was known what that costs.
  for (const { own, call: { segment, callee } } of late) {
    functions[own]!.costs[segment]! += find(callee)!.prepaid;
  }
  for (const own of new Set(late.map(({ own }) => own))) hoist(functions[own]!);
  return (index) => index === UNKNOWN ? FOREIGN : find(index)!;
}

/** Returns the functions in an order in which callees come before callers, as far as they can. */
function* calleesFirst(functions: readonly Segments[], imported: number): Generator<number> {
  const isSeen = new Uint8Array(functions.length);
  for (let root = 0; root < functions.length; root++) {
    if (isSeen[root] === 1) continue;
    isSeen[root] = 1;
    const path = [{ own: root, next: 0 }];
    while (path.length > 0) {
      const last = path.at(-1)!, call = functions[last.own]!.calls[last.next++];
      if (call === undefined) {
        path.pop();
        yield last.own;
        continue;
      }
      const own = call.callee - imported;
      if (own < 0 || isSeen[own] === 1) continue;
      isSeen[own] = 1;
      path.push({ own, next: 0 });
    }
  }
}
