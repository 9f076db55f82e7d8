// The component model's binary format, "Canonical Definitions".

import { byteHex, type Reader } from "../binary/reader.ts";
import { MAX_ITEMS, type Scope } from "./scope.ts";
import { readResult } from "./type_definitions.ts";
import type {
  Canon,
  CanonOptions,
  Definition,
  FunctionType,
  ResourceType,
  Type,
  ValueType,
} from "./types.ts";
import { layoutOf, MOST_FLAT_PARAMETERS, MOST_FLAT_RESULTS } from "./values/value_layout.ts";
import { nameOf, readFlag, readResource, unnamed } from "./value_types.ts";

const RESOURCE = ["resource.new", "resource.drop", "resource.rep"] as const;

/**
 * The immediates after the code of a canonical definition: t is a type, o options, f a flag, m a
 * memory.
 */
const ASYNC: Readonly<Record<number, readonly [name: string, immediates: string]>> = {
  0x05: ["task.cancel", ""],
  0x06: ["subtask.cancel", "f"],
  0x09: ["task.return", "ro"],
  0x0a: ["context.get", "vi"],
  0x0b: ["context.set", "vi"],
  0x0c: ["thread.yield", "f"],
  0x0d: ["subtask.drop", ""],
  0x0e: ["stream.new", "s"],
  0x0f: ["stream.read", "so"],
  0x10: ["stream.write", "so"],
  0x11: ["stream.cancel-read", "sf"],
  0x12: ["stream.cancel-write", "sf"],
  0x13: ["stream.drop-readable", "s"],
  0x14: ["stream.drop-writable", "s"],
  0x15: ["future.new", "u"],
  0x16: ["future.read", "uo"],
  0x17: ["future.write", "uo"],
  0x18: ["future.cancel-read", "uf"],
  0x19: ["future.cancel-write", "uf"],
  0x1a: ["future.drop-readable", "u"],
  0x1b: ["future.drop-writable", "u"],
  0x1f: ["waitable-set.new", ""],
  0x20: ["waitable-set.wait", "fm"],
  0x21: ["waitable-set.poll", "fm"],
  0x22: ["waitable-set.drop", ""],
  0x23: ["waitable.join", ""],
  0x24: ["backpressure.inc", ""],
  0x25: ["backpressure.dec", ""],
};

/** The definitions of unreleased features, by the ranges of their codes. */
const GATED = [
  [0x1c, 0x1e, "error-context"],
  [0x26, 0x2d, "threads"],
  [0x40, 0x42, "threads"],
] as const;

/** Reads a canonical definition, and adds the function that it makes. */
export function readCanon(
  reader: Reader,
  scope: Scope,
): Extract<Definition, { readonly kind: "canon" }> {
  const offset = reader.position;
  return { kind: "canon", offset, ...readForm(reader, scope, offset) };
}

function readForm(reader: Reader, scope: Scope, start: number): Canon {
  const code = reader.u8("canonical function");
  if (code === 0x00) {
    readFunctionSort(reader);
    const core = scope.index(reader, "core function");
    const options = readOptions(reader, scope);
    const at = reader.position;
    const type = unnamed(scope.types[scope.index(reader, "type")]!);
    if (type.kind !== "function") {
      return reader.fail("type", at, `it is ${nameOf(type)}, expected that of a function`);
    }
    checkPlace(reader, scope, type, options, true, start);
    scope.functions.push(type);
    return { canon: "lift", core, options, type };
  }
  const found = readCore(reader, scope, code, start);
  scope.add("core function");
  return found;
}

function readCore(reader: Reader, scope: Scope, code: number, start: number): Canon {
  if (code === 0x01) {
    readFunctionSort(reader);
    const index = scope.index(reader, "function");
    const type = scope.functions[index]!;
    const options = readOptions(reader, scope);
    checkPlace(reader, scope, type, options, false, start);
    return { canon: "lower", function: index, options, type };
  }
  const action = RESOURCE[code - 0x02];
  if (action !== undefined) return readResourceCanon(reader, scope, action);
  const gated = GATED.find(([first, last]) => code >= first && code <= last);
  if (gated !== undefined) scope.refuse(reader, "canonical function", start, gated[2]);
  const known = ASYNC[code];
  if (known === undefined) {
    const problem = `code is ${byteHex(code)}, expected that of a canonical function`;
    return reader.fail("canonical function", start, problem);
  }
  scope.context.uses("async", start);
  const [name, immediates] = known;
  let type: ValueType | undefined;
  let options: CanonOptions | undefined;
  for (const immediate of immediates) {
    switch (immediate) {
      case "s":
        type = readCarrier(reader, scope, "stream");
        break;
      case "u":
        type = readCarrier(reader, scope, "future");
        break;
      case "r":
        type = readResult(reader, scope);
        break;
      case "o":
        options = readOptions(reader, scope);
        break;
      case "f":
        readFlag(reader, "canonical function");
        break;
      case "m":
        scope.index(reader, "core memory");
        break;
      case "v":
        readContextType(reader, scope);
        break;
      case "i":
        reader.u32("index of a context");
    }
  }
  return { canon: "async", name, type, options };
}

/**
 * Checks that there is a memory for values that are passed through memory, and an allocator for
 * those that the core code receives.
 *
 * @param isLifted Whether the core code gets the parameters; otherwise it gets the result.
 */
function checkPlace(
  reader: Reader,
  scope: Scope,
  { parameters, result, isAsync }: FunctionType,
  { memory, realloc, ...options }: CanonOptions,
  isLifted: boolean,
  offset: number,
): void {
  if (isAsync || options.isAsync || memory !== undefined && realloc !== undefined) return;
  const hasRanges = (types: readonly ValueType[]) =>
    types.some((type) => scope.context.holds(type, "ranges"));
  const countFlat = (types: readonly ValueType[]) =>
    types.reduce((sum, type) => sum + layoutOf(type).flat.length, 0);
  const taken = parameters.map(({ type }) => type);
  const returned = result === undefined ? [] : [result];
  const areMany = countFlat(taken) > MOST_FLAT_PARAMETERS;
  const allocates = isLifted ? areMany || hasRanges(taken) : hasRanges(returned);
  const usesMemory = allocates || areMany || hasRanges([...taken, ...returned]) ||
    countFlat(returned) > MOST_FLAT_RESULTS;
  const missing = usesMemory && memory === undefined
    ? "memory"
    : allocates && realloc === undefined
    ? "realloc"
    : undefined;
  if (missing === undefined) return;
  const problem = `its values go through memory, expected the option ${missing}`;
  reader.fail("canonical function", offset, problem);
}

function readResourceCanon(reader: Reader, scope: Scope, canon: typeof RESOURCE[number]): Canon {
  const start = reader.position;
  const resource = readResource(reader, scope);
  // A component that makes handles of such a resource, or sees their representation, can forge
  // them.
  if (canon !== "resource.drop" && !scope.defined.has(unnamed(resource) as ResourceType)) {
    const problem = `${canon} is for a resource of another component, expected one that it defines`;
    reader.fail("resource type", start, problem);
  }
  return { canon, resource };
}

function readContextType(reader: Reader, scope: Scope): void {
  const start = reader.position;
  const code = reader.u8("type of a context");
  if (code === 0x7e) scope.refuse(reader, "type of a context", start, "64-bit memories");
  if (code !== 0x7f) {
    reader.fail("type of a context", start, `code is ${byteHex(code)}, expected 0x7f (i32)`);
  }
}

/** Reads the index of a type of streams or of futures. */
function readCarrier(reader: Reader, scope: Scope, kind: "stream" | "future"): ValueType {
  const start = reader.position;
  const type: Type = scope.types[scope.index(reader, "type")]!;
  if (unnamed(type).kind === kind) return type as ValueType;
  return reader.fail("type", start, `it is ${nameOf(type)}, expected a ${kind}`);
}

function readFunctionSort(reader: Reader): void {
  const start = reader.position;
  const sort = reader.u8("sort");
  if (sort !== 0) reader.fail("sort", start, `code is ${byteHex(sort)}, expected 0x00`);
}

const ENCODINGS = ["utf8", "utf16", "latin1+utf16"] as const;

const INDICES: Readonly<Record<number, "memory" | "realloc" | "postReturn" | "callback">> = {
  0x03: "memory",
  0x04: "realloc",
  0x05: "postReturn",
  0x07: "callback",
};

function readOptions(reader: Reader, scope: Scope): CanonOptions {
  const found: { -readonly [K in keyof CanonOptions]: CanonOptions[K] } = {
    encoding: "utf8",
    isAsync: false,
  };
  const taken = new Set<string>();
  for (let left = reader.count("option count", MAX_ITEMS, 1); left > 0; left--) {
    const start = reader.position;
    const code = reader.u8("option");
    const encoding = ENCODINGS[code];
    const index = INDICES[code];
    const key = encoding !== undefined ? "encoding" : code === 0x06 ? "async" : index;
    if (key === undefined) {
      return reader.fail("option", start, `code is ${byteHex(code)}, expected 0x00 to 0x07`);
    }
    if (taken.has(key)) {
      reader.fail("option", start, `${key} appears twice, expected each option once`);
    }
    taken.add(key);
    if (code >= 0x06) scope.context.uses("async", start);
    if (encoding !== undefined) found.encoding = encoding;
    else if (index === undefined) found.isAsync = true;
    else found[index] = scope.index(reader, index === "memory" ? "core memory" : "core function");
  }
  return found;
}
