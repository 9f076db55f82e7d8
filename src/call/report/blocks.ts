import type { AddressPlace, BlockCall, BlockSource } from "../../abi/block_source.ts";
import type { Value } from "../../abi/value.ts";
import type { PlanStep } from "../../abi/plan_step.ts";
import { hex, quote } from "../../base/show.ts";
import type { CapacityReport } from "../../detect/capacity_types.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import { isFound, isReserved } from "../../plan/plan_blocks.ts";
import { isFresh } from "../blocks/buffer_capacity.ts";
import { blockCallName, isAbsent } from "../blocks/block_call.ts";
import type { Block, PlanLines } from "./plan_lines.ts";
import { does, encodingFacts, encodingWords, pronoun, reportAbout, series } from "./words.ts";

/** Reports how data is put into a block of its own. */
export function reportBlock(block: Block, lines: PlanLines): void {
  const { name, argument, content = "bytes", encoding = "utf-8", terminated = "never" } = block;
  const { place } = block;
  const facts = { argument };
  if (place.kind === "managedArray") return reportObject(block, place, lines);
  if (place.kind === "buffer") {
    reportWhere(place, argument, lines);
    const { capacity, words } = capacityOf(place, lines);
    lines.add("check", `check that ${does(name, "fit")} in the buffer: ${words}${refused(block)}`, {
      argument,
      byteLength: capacity.byteLength,
      capacity: capacity.kind,
    });
  } else {
    const needed = terminated === "always" ? `${name} and a NUL` : name;
    reportTaken({ ...block, place }, `for ${needed}`, lines);
  }
  const nul = terminated === "never"
    ? ""
    : `, with a NUL after it${terminated === "always" ? "" : " where there is room"}`;
  const it = argument === undefined || place.kind !== "buffer" ? name : pronoun(name);
  lines.add("write", `write ${it} there${encodingWords(content, encoding, lines.instance)}${nul}`, {
    ...facts,
    ...(content === "bytes" || typeof content === "object"
      ? {}
      : encodingFacts(encoding, lines.instance)),
    terminated,
  });
}

/** Lists the reasons to refuse a value, besides its length. */
function refused({ refuses = "" }: Block): string {
  return refuses === "" ? "" : `; ${refuses}`;
}

/** Reports how the guest's buffer is found. */
function reportWhere(
  { pointer, offset = 0 }: BlockSource & { readonly kind: "buffer" },
  argument: number | undefined,
  lines: PlanLines,
): void {
  const on = offset === 0 ? "" : `, and go ${offset} bytes on`;
  if (typeof pointer === "number") {
    lines.add("find", `use the buffer at ${hex(pointer + offset)}`, { argument });
  } else if (isReserved(pointer)) {
    const { reserve: byteLength } = pointer;
    lines.add("allocate", `use the ${byteLength} bytes that are added to memory for it once${on}`, {
      argument,
      byteLength,
    });
  } else if (typeof pointer === "string") {
    lines.add("find", askWords(pointer, "the buffer", lines) + on, { argument, export: pointer });
  } else {
    const value = pointer as AddressPlace;
    const text = `take the address of the buffer from ${lines.value(value)}${on}`;
    lines.add("find", text, { argument, value });
  }
}

/** Makes the line for a getter or a global that has an address. */
export function askWords(name: string, what: string, lines: PlanLines): string {
  if (lines.isGlobal(name)) return `read the address of ${what} from the global ${quote(name)}`;
  if (lines.asked.has(name)) return `ask ${quote(name)} again`;
  lines.asked.add(name);
  return `ask ${quote(name)} where ${what} is`;
}

/** Describes the capacity of a buffer, as far as it is known at this moment. */
function capacityOf(
  place: BlockSource & { readonly kind: "buffer" },
  lines: PlanLines,
): { readonly capacity: CapacityReport; readonly words: string } {
  const { instance } = lines;
  const { rule: { source, header, reason }, report, isConventions } = instance.capacity(place);
  const capacity: CapacityReport = isConventions ? report : {
    kind: source === undefined ? "upper bound" : "exact",
    byteLength: typeof source === "number" ? source : undefined,
    reason,
  };
  const { kind, byteLength } = capacity;
  if (isFresh(source)) {
    return {
      capacity: { ...capacity, byteLength: undefined },
      words: `its capacity is ${lines.value(source as Value)}`,
    };
  }
  if (byteLength !== undefined) {
    const most = kind === "exact" ? "" : "at most ";
    return { capacity, words: `its capacity is ${most}${byteLength} bytes (${capacity.reason})` };
  }
  const words = header
    ? "its capacity is in the header of its object, if it has one"
    : kind === "exact"
    ? `its capacity is asked for (${reason})`
    : `its capacity is at most the distance to the next item in memory (${reason})`;
  return { capacity, words };
}

/** Reports how room for this call alone is taken; `size` describes the room. */
export function reportTaken(block: Block, size: string, lines: PlanLines): void {
  const { place, argument, name, free, unfreed } = block;
  const facts = { argument };
  if (place.kind === "stack") {
    lines.add("allocate", `take room ${size} on the guest's stack${refused(block)}`, facts);
    return;
  }
  if (place.kind === "buffer") {
    reportWhere(place, argument, lines);
    const { capacity, words } = capacityOf(place, lines);
    lines.add("check", `check that there is room ${size}: ${words}`, {
      ...facts,
      byteLength: capacity.byteLength,
      capacity: capacity.kind,
    });
    return;
  }
  if (place.kind !== "allocator") return;
  const { plan: { export: symbol } } = lines;
  const called = blockCallName(place.allocate, symbol);
  if (place.room !== undefined) {
    const above = place.room.above;
    lines.add(
      "allocate",
      `grow memory unless there is room above ${lines.value({ export: above })}`,
      {
        ...facts,
        export: above,
      },
    );
  }
  const keeps = free !== undefined || place.unpin !== undefined
    ? ""
    : unfreed
    ? "; nothing frees it"
    : "; the guest frees it";
  const none = place.empty === "none" ? ", unless it is empty" : "";
  lines.add(
    "allocate",
    `ask ${quote(called)} for a block ${size}${none}${refused(block)}${keeps}`,
    {
      ...facts,
      export: called,
    },
  );
  if (place.pointer !== undefined) {
    const { pointer } = place;
    if (typeof pointer === "object" && "export" in pointer) {
      const text = `ask ${quote(pointer.export)} where the block is`;
      lines.add("find", text, { ...facts, export: pointer.export });
    } else {
      reportAbout(`what ${quote(called)} returned`, lines, () => {
        const text = `take the address of the block from ${lines.value(pointer)}`;
        lines.add("find", text, { ...facts, value: pointer });
      });
    }
  }
  lines.add("check", "check that the block lies within memory; 0 is out of memory", facts);
  if (place.pin !== undefined) reportPin(place.pin, name, facts, lines);
}

function reportPin(pin: string, name: string, facts: Partial<PlanStep>, lines: PlanLines): void {
  lines.add("pin", `pin ${name} with ${quote(pin)}`, { ...facts, export: pin });
}

/** Reports how an object of AssemblyScript is made around its contents. */
function reportObject(
  { name, content = "bytes", encoding = "utf-16", argument }: Block,
  place: BlockSource & { readonly kind: "managedArray" },
  lines: PlanLines,
): void {
  const { allocate, pin } = RUNTIMES[place.runtime ?? "managed"];
  const facts = { argument };
  const of = place.class === undefined ? "an array" : `an object of class ${place.class}`;
  lines.add("allocate", `ask ${quote(allocate)} for the contents of ${name} and for ${of}`, {
    ...facts,
    export: allocate,
  });
  lines.add("check", "check that both lie within memory; 0 is out of memory", facts);
  reportPin(pin, "both", facts, lines);
  lines.add("write", `write ${name} there${encodingWords(content, encoding, lines.instance)}`, {
    ...facts,
    ...(content === "strings" && encodingFacts(encoding, lines.instance)),
  });
}

/** Describes the other numbers that a call passes, besides those of its block. */
export function furtherWords(call: BlockCall, lines: PlanLines): string {
  const further = (typeof call === "string" ? [] : call.pass).filter(isFound);
  return further.length === 0
    ? ""
    : `, which gets ${series(further.map((value) => lines.value(value)))} too`;
}

/** Reports the freeing of a block, if the call frees it. */
export function reportFree(
  { place, free, name, argument }: Pick<Block, "place" | "free" | "name" | "argument">,
  lines: PlanLines,
): void {
  const { plan: { export: symbol }, instance } = lines;
  const unpin = place.kind === "managedArray"
    ? RUNTIMES[place.runtime ?? "managed"].unpin
    : place.kind === "allocator"
    ? place.unpin
    : undefined;
  if (unpin !== undefined) {
    lines.add("free", `unpin ${name} with ${quote(unpin)}`, { argument, export: unpin });
  }
  if (free === undefined || place.kind !== "allocator" || isAbsent(free, instance, symbol)) return;
  const called = blockCallName(free, symbol);
  lines.add("free", `free the block of ${name} with ${quote(called)}${furtherWords(free, lines)}`, {
    argument,
    export: called,
  });
}
