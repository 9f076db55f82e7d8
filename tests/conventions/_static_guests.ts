import type { LoadOptions } from "../../mod.ts";

/** A guest with a static buffer, and its transform. */
export interface StaticGuest {
  readonly guest: string;
  readonly symbol: string;
  readonly input: string;
  readonly output: string;
  /** The core arguments of the export, in order. */
  readonly pass: readonly ("pointer" | "byteLength")[];
  /** The getter or the global of the pointer: `get_buffer_pointer` unless set. */
  readonly pointer?: string;
  /** The size of the buffer in bytes: 100 unless set. */
  readonly size?: number;
  readonly options?: LoadOptions;
  /** Whether the guest writes outside its buffer: to its stack, or to variables. */
  readonly writesElsewhere?: true;
}

const INPUT = "Grüße 🚀, ";
const appends = (
  guest: string,
  pass: StaticGuest["pass"] = ["byteLength"],
  rest: Partial<StaticGuest> = {},
): StaticGuest => ({
  guest,
  symbol: "transform",
  input: INPUT,
  output: `${INPUT}WASM is cool!`,
  pass,
  ...rest,
});
const mission = (guest: string, pass: StaticGuest["pass"], rest: Partial<StaticGuest> = {}) =>
  appends(`c/passing_data${guest}`, pass, { symbol: "add_wasm_is_cool", ...rest });
const echoes = (
  guest: string,
  pass: StaticGuest["pass"],
  rest: Partial<StaticGuest> = {},
): StaticGuest => ({ guest, symbol: "echo", input: INPUT, output: INPUT, pass, ...rest });
const BUFFER = { pointer: "buffer" };

/** Every fixture with a static buffer that takes and returns text. */
export const STATIC_GUESTS: readonly StaticGuest[] = [
  mission("", []),
  mission("_symbol", [], BUFFER),
  mission("_capacity", []),
  mission("_getter_and_symbol", []),
  mission("_length", ["byteLength"]),
  mission("_length_symbol", ["byteLength"], BUFFER),
  mission("_length_capacity", ["byteLength"]),
  mission("_pointer", ["pointer", "byteLength"]),
  mission("_pointer_symbol", ["pointer", "byteLength"], BUFFER),
  mission("_pointer_capacity", ["pointer", "byteLength"]),
  echoes("c/echo_scan", [], { size: 131072 }),
  echoes("c/echo_length", ["byteLength"], { size: 131072 }),
  echoes("c/echo_pointer", ["pointer", "byteLength"], { size: 131072 }),
  ...(["scan", "length", "pointer"] as const).map((kind): StaticGuest => ({
    guest: `c/shout_${kind}`,
    symbol: "shout",
    input: "hello, wörld",
    output: "HELLO, WöRLD",
    pass: kind === "scan" ? [] : kind === "length" ? ["byteLength"] : ["pointer", "byteLength"],
    size: 24,
  })),
  appends("c/memory_own"),
  appends("c/memory_2_to_10"),
  appends("c/memory_3_or_more"),
  appends("c/memory_shared"),
  appends("c/memory_shared_own"),
  appends("c/memory_64"),
  appends("c/memory_64_own"),
  appends("c/counts_nul"),
  appends("c/moves_buffer", ["byteLength"], { writesElsewhere: true, size: 200 }),
  appends("c/grows_memory"),
  appends("c/grows_memory_and_moves", ["byteLength"], { writesElsewhere: true }),
  appends("c/grows_memory_when_asked"),
  appends("c/traps"),
  appends("c/imports_twenty", ["byteLength"], { options: { missing: "trap" } }),
  appends("c/bounds_next_symbol", ["byteLength"], { ...BUFFER, writesElsewhere: true }),
  appends("c/bounds_data_end", ["byteLength"], BUFFER),
  appends("c/bounds_heap_base", ["byteLength"], BUFFER),
  appends("c/bounds_memory_end", ["byteLength"], BUFFER),
  appends("c/bounds_segment", ["byteLength"], { ...BUFFER, writesElsewhere: true }),
  appends("c/bounds_stack_pointer", ["byteLength"], { ...BUFFER, writesElsewhere: true }),
  appends("c/two_transforms"),
  appends("c/two_capacities"),
  ...["reactor", "constructors", "reactor_and_constructors"].map((kind) =>
    appends(`c/startup_${kind}`, ["byteLength"], { output: `${INPUT}1` })
  ),
  appends("c/startup_command", ["byteLength"], { output: `${INPUT}0` }),
  {
    guest: "c/overruns",
    symbol: "triple",
    input: "abc",
    output: "abcabcabc",
    pass: ["byteLength"],
  },
  echoes("wat/value_globals", ["byteLength"], { pointer: "BUFFER" }),
  echoes("wat/value_globals_mutable", ["byteLength"], {
    pointer: "BUFFER",
    writesElsewhere: true,
  }),
  echoes("wat/start_section", ["byteLength"]),
  echoes("wat/odd_signatures", ["byteLength"]),
  echoes("wat/reexported_memory", ["byteLength"]),
  {
    guest: "wat/own_and_imported",
    symbol: "transform",
    input: INPUT,
    output: `own:${INPUT}`,
    pass: ["byteLength"],
  },
  {
    guest: "wat/two_memories",
    symbol: "reverse",
    input: "abc",
    output: "cba",
    pass: ["byteLength"],
    options: { memoryName: "text" },
  },
  appends("assemblyscript/static_buffer", ["byteLength"], {
    pointer: "BUFFER",
    symbol: "add_wasm_is_cool",
    writesElsewhere: true,
  }),
  echoes("assemblyscript/static_array", ["byteLength"], { pointer: "BUFFER" }),
];
