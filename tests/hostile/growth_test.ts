// Guests that grow their memory or table at a bad moment, or without end.
import { allocator } from "../../mod.ts";
import { type HostileRow, testHostile } from "./_rows.ts";

const convention = allocator({ allocate: "malloc", free: "free" });
const ECHO = {
  echo: {
    parameters: ["string"],
    result: { type: "string", pointer: { result: 0 }, length: { result: 1 } },
  },
} as const;
const GROW = "(drop (memory.grow (i32.const 1)))";

/** Makes a guest that grows its memory within one of its functions. */
const growing = (where: string) => {
  const grow = (name: string) => `(enter ${name}) ${name === where ? GROW : ""}`;
  return `
    (func (export "malloc") (param i32) (result i32) ${grow("malloc")} (i32.const 0x1000))
    (func (export "echo") (param i32 i32) (result i32 i32) ${grow("echo")}
      (local.get 0) (local.get 1))
    (func (export "free") (param i32) ${grow("free")})`;
};

/** Guests that grow their memory in the middle of a call, which still succeeds. */
const ECHOES = {
  options: { convention, symbols: ECHO },
  ask: (guest) => guest.symbols.echo!("Grüße"),
  gives: "Grüße",
  state: "ready",
  entered: "malloc echo free",
} satisfies Partial<HostileRow>;

const GO = { go: { parameters: [], result: "i32" } } as const;

testHostile([
  ...["malloc", "echo", "free"].map((where): HostileRow => ({
    name: `a guest grows its memory in ${where}`,
    functions: growing(where),
    ...ECHOES,
  })),
  {
    name: "an allocator answers an address in a page that it has just added",
    functions: growing("malloc").replace(
      "(i32.const 0x1000)",
      "(i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 7))",
    ),
    ...ECHOES,
  },
  {
    name: "a guest grows its memory until its maximum ends that",
    memory: '(memory (export "memory") 1 100)',
    functions: `(func (export "go") (result i32) (enter go)
      (loop (br_if 0 (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))) (memory.size))`,
    options: { symbols: GO },
    ask: (guest) => guest.symbols.go!(),
    gives: 100,
    state: "ready",
    entered: "go",
  },
  {
    name: "a guest grows its memory and returns a text from before, which has moved on the host",
    functions: `(data (i32.const 16) "here") (func (export "echo") (param i32 i32)
      (result i32 i32) (enter echo) ${GROW} (i32.const 16) (i32.const 4))
      (func (export "malloc") (param i32) (result i32) (enter malloc) (i32.const 0x1000))
      (func (export "free") (param i32) (enter free))`,
    ...ECHOES,
    gives: "here",
  },
  {
    name: "a guest grows its table until its maximum ends that",
    functions: `(table $table 1 5000 funcref) (func (export "go") (result i32) (enter go)
      (loop (br_if 0 (i32.ge_s (table.grow $table (ref.null func) (i32.const 7)) (i32.const 0))))
      (table.size $table))`,
    options: { symbols: GO },
    ask: (guest) => guest.symbols.go!(),
    gives: 4999, // the greatest number up to 5000 that is 1 + 7 n
    state: "ready",
    entered: "go",
  },
  {
    name: "an allocator traps where its cap ends memory",
    functions: `(func (export "malloc") (param i32) (result i32) (enter malloc)
        (loop (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable)) (br 0))
        (unreachable))
      (func (export "echo") (param i32 i32) (result i32 i32) (enter echo)
        (local.get 0) (local.get 1))
      (func (export "free") (param i32) (enter free))`,
    options: { convention, symbols: ECHO, limits: { memory: 1_000_000 } },
    ask: (guest) => guest.symbols.echo!("a"),
    throws: [
      "GuestError",
      "trap",
      'Cannot complete "echo": the guest trapped: unreachable; the guest\'s memory has 983040 of ' +
      "the 1000000 bytes that limits.memory allows",
    ],
    entered: "malloc",
  },
]);
