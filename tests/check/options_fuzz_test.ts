import { assertEquals } from "@std/assert";
import {
  allocator,
  canonicalAbi,
  cString,
  type Guest,
  hostFunction,
  load,
  type LoadOptions,
  staticBuffer,
} from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { Random } from "../binary/_mutations.ts";

// For any options, `load` returns a guest or throws an error of Passage, and the guest's calls
// return or throw one: never an error of the engine.

const GUEST = assemble(`(module
  (import "env" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (global (export "limit") i32 (i32.const 64))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "free") (param i32))
  (func (export "size") (result i32) (i32.const 4))
  (func (export "echo") (param i32 i32) (result i32) (call $log (local.get 0) (local.get 1))
    (local.get 0))
  (func (export "add") (param i32 f64) (result f64) (local.get 1))
  (func (export "pair") (param i32) (result i32 i32) (local.get 0) (i32.const 4))
  (func (export "wide") (param i64) (result i64) (local.get 0))
  (func (export "init")) (func (export "update") (param i32)) (func (export "final") (result i32)
    (i32.const 0)))`);

const at = { pointer: "result", length: { word: 1, at: "result" } };
const own = { name: "custom", lower: () => ({ args: [0] }), lift: () => "" };

/** Valid options of every kind, of which one part is replaced. */
function rightOptions(): unknown[] {
  const log = hostFunction({ parameters: ["string"], result: "void" }, () => {});
  const imports = { env: { log } };
  const buffer = { kind: "buffer", pointer: "size", capacity: { export: "limit" } };
  return [
    { imports, missing: "error", memoryName: "memory", memory: { initial: 1, maximum: 2 } },
    { imports, limits: { output: 100 }, wasi: { args: ["a"], env: { A: "b" }, stdout: "capture" } },
    { imports, convention: cString({ allocate: "malloc", free: "free" }) },
    { imports, convention: staticBuffer({ pointer: "size", capacity: 100 }) },
    { imports, convention: canonicalAbi() },
    {
      imports,
      initialize: false,
      onInvalid: "replace",
      convention: cString({ allocate: "malloc", free: "free" }),
      symbols: {
        point: {
          name: "final",
          parameters: [],
          result: { type: "struct", fields: { x: "u32", y: "f64", name: "string" } },
        },
        each: {
          name: "pair",
          parameters: [{ type: "function", parameters: ["i32"], result: "i32", nullable: true }],
          result: "u32",
        },
        echo: {
          parameters: [{ type: "struct", fields: { a: "u8", b: "i64" } }, "pointer"],
          result: "pointer",
        },
      },
    },
    { imports, convention: own, symbols: { echo: { parameters: ["string"], result: "string" } } },
    {
      imports,
      convention: allocator({ allocate: "malloc", free: "free" }),
      symbols: {
        add: { parameters: ["i32", "f64"], result: "f64" },
        wide: { parameters: ["i64"], result: "u64", async: false },
        echo: {
          parameters: [{ type: "string", encoding: "utf-8", pass: ["pointer", "byteLength"] }],
          result: { type: "string", ...at, unit: "bytes", freedBy: "guest", trailingNul: "keep" },
          status: { value: "result", fails: { except: [4096] }, message: { 1: "one" } },
        },
        list: {
          name: "pair",
          parameters: ["u32"],
          result: {
            type: "list",
            item: {
              type: "record",
              fields: { a: { type: "u32", value: { load: "u32", at: 64 } } },
            },
            pointer: { result: 0 },
            count: { result: 1 },
            stride: 4,
          },
        },
        cursor: {
          name: "size",
          parameters: [],
          result: {
            type: "list",
            item: { type: "u8", value: "result" },
            next: { call: "size", with: [] },
            most: 3,
          },
        },
        chunks: {
          parameters: [{ type: "bytes", place: buffer, pass: ["byteLength"] }],
          result: "u32",
          chunked: { init: "init", update: "update", final: "final" },
        },
        filled: {
          name: "echo",
          parameters: ["bytes"],
          arguments: ["output", "capacity"],
          result: {
            type: "bytes",
            pointer: "output",
            length: { product: [2, { byteLengthOf: 0 }] },
          },
          output: {
            capacity: { sum: [{ byteLengthOf: 0 }, 8] },
            place: { kind: "allocator", allocate: "malloc" },
          },
          area: [{ text: 0, as: "pointer" }, 5],
        },
      },
    },
  ];
}

function throwing(): object {
  const thrown = () => {
    throw new Error("a trap that the caller set");
  };
  return new Proxy({}, { get: thrown, has: thrown, ownKeys: thrown, getPrototypeOf: thrown });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function ring(): object {
  const value: Record<string, unknown> = {};
  value.at =
    value.low =
    value.type =
    value.fields =
    value.item =
    value.place =
      value;
  return value;
}

/** Replacements for a valid part. */
const JUNK: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => 0,
  () => 5,
  () => -1,
  () => 1.5,
  () => NaN,
  () => Infinity,
  () => 2 ** 53,
  () => 3n,
  () => true,
  () => "",
  () => "result",
  () => "string",
  () => "record",
  () => "__proto__",
  () => "toString",
  () => "malloc",
  () => Symbol("junk"),
  () => [],
  () => [null],
  () => ["string"],
  () => new Array(3),
  () => ({}),
  () => Object.create(null),
  () => ({ result: 0 }),
  () => ({ argument: 7 }),
  () => ({ parameter: 0 }),
  () => ({ word: 2 }),
  () => ({ type: "string" }),
  () => ({ kind: "stack" }),
  () => ({ export: "size" }),
  () => ({ call: "add", with: [1, { parameter: 0 }] }),
  () => ({ low: { high: "result" } }),
  () => () => 1,
  () => new Map(),
  () => new Uint8Array(3),
  () => new WebAssembly.Memory({ initial: 1 }),
  () => cString,
  () => cString(),
  () => own,
  throwing,
  revoked,
  ring,
];

const KEYS = [
  "type",
  "at",
  "pointer",
  "name",
  "__proto__",
  "constructor",
  "then",
  "lower",
  "place",
];

function isPlain(value: unknown): boolean {
  try {
    return Array.isArray(value) ||
      (typeof value === "object" && value !== null &&
        Object.getPrototypeOf(value) === Object.prototype);
  } catch {
    return false; // a proxy is spoilt enough
  }
}

/** Copies a value and replaces one part of it. */
function spoil(value: unknown, next: (below: number) => number): unknown {
  if (!isPlain(value) || next(6) === 0) return JUNK[next(JUNK.length)]!();
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Record<
    string,
    unknown
  >;
  const keys = Object.keys(copy);
  const key = keys[next(Math.max(1, keys.length))] ?? KEYS[next(KEYS.length)]!;
  switch (next(8)) {
    case 0:
      delete copy[key];
      break;
    case 1: {
      const other = KEYS[next(KEYS.length)]!;
      Object.defineProperty(copy, other, {
        value: copy[key],
        enumerable: true,
        configurable: true,
      });
      break;
    }
    case 2:
      Object.defineProperty(copy, key, {
        enumerable: true,
        get: () => JUNK[next(JUNK.length)]!(),
      });
      break;
    case 3:
      return Object.assign(Object.create(copy), {});
    default:
      copy[key] = spoil(copy[key], next);
  }
  return copy;
}

const OURS = /^(?:LoadError|GuestError|MemoryRangeError|WasmFormatError)$/;

/** Returns whether an error is one of Passage, or one that the caller's own getter threw. */
function isOurs(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message === "a trap that the caller set") return true;
  return (OURS.test(error.name) || /^(?:Type|Range)Error$/.test(error.name)) &&
    error.message.startsWith("Cannot ") &&
    !/^Cannot (?:read propert|destructure|use 'in'|convert|access)/.test(error.message);
}

async function tryOptions(options: unknown, next: (below: number) => number): Promise<unknown> {
  let guest: Guest<Record<string, { parameters: []; result: "void" }>>;
  try {
    guest = await load(GUEST, options as LoadOptions) as unknown as typeof guest;
  } catch (error) {
    return isOurs(error) ? undefined : error;
  }
  const args = ["text", 5, 1.5, 7n, new Uint8Array(2), null];
  for (const call of Object.values(guest.symbols) as ((...args: unknown[]) => unknown)[]) {
    try {
      await call(...Array.from({ length: next(3) }, () => args[next(args.length)]));
    } catch (error) {
      if (!isOurs(error)) return error;
    }
  }
  return undefined;
}

for (const seed of [1, 20, 300]) {
  Deno.test(`options with one replaced part lead to a guest or an error of Passage, from seed ${seed}`, async () => {
    const random = new Random(seed);
    const next = (below: number) => random.below(below);
    const end = performance.now() + 3000;
    for (let round = 0; round < 1500 && performance.now() < end; round++) {
      const all = rightOptions();
      let options = all[next(all.length)];
      for (let times = 1 + next(3); times > 0; times--) options = spoil(options, next);
      const failure = await tryOptions(options, next);
      if (failure !== undefined) {
        throw new Error(`seed ${seed}, round ${round}: ${safe(options)}`, { cause: failure });
      }
    }
  });
}

Deno.test("an undefined declaration next to a property is an error of Passage", async () => {
  const symbols = { size: { type: "global", value: "i32" }, absent: undefined };
  assertEquals(await tryOptions({ symbols }, () => 0), undefined);
});

function safe(options: unknown): string {
  try {
    return Deno.inspect(options, { depth: 12, getters: false });
  } catch {
    return "options that can't be shown";
  }
}
