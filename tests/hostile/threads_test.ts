// Shared memory that another thread changes while the host reads it.
import { type HostileRow, testHostile } from "./_rows.ts";
import { Thrown } from "../answers/_rows.ts";

const PAIRS = 2000;
const CALLS = 500;

/** The bytes of "ab" and "\u00e9" in UTF-8. */
const WRITTEN = [0x61, 0x62, 0xc3, 0xa9];

/** Writes "ab" and "\u00e9" in turns into each pair of bytes from 1024 on, until byte 8 is set. */
const WRITER = `onmessage = ({ data }) => {
  const bytes = new Uint8Array(data.buffer);
  let turn = 0;
  do {
    const [first, second] = turn % 2 ? [0xc3, 0xa9] : [0x61, 0x62];
    for (let at = 1024; at < ${1024 + 2 * PAIRS}; at += 2) {
      Atomics.store(bytes, at, first);
      Atomics.store(bytes, at + 1, second);
    }
    turn++;
    Atomics.store(bytes, 9, 1);
  } while (Atomics.load(bytes, 8) === 0);
  postMessage(turn);
};`;

/** Calls `act` while another thread writes into `memory`. */
async function whileWriting<T>(memory: WebAssembly.Memory, act: () => T): Promise<T> {
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(WRITER)}`, {
    type: "module",
  });
  const bytes = new Uint8Array(memory.buffer);
  const ended = new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = reject;
  });
  try {
    worker.postMessage(memory);
    while (Atomics.load(bytes, 9) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const result = act();
    Atomics.store(bytes, 8, 1);
    await ended;
    return result;
  } finally {
    worker.terminate();
  }
}

const RANGE = { pointer: { result: 0 }, length: { result: 1 } } as const;

/** Whether a text is one that the other thread could have written. */
const isWritten = (text: unknown) => new RegExp(`^(?:ab|\u00e9){${PAIRS}}$`).test(String(text));

testHostile((["string", "bytes"] as const).map((type): HostileRow => ({
  name: `another thread writes into shared memory while the host reads ${type} from it`,
  memory: '(memory (export "memory") 1 1 shared)',
  functions: `(func (export "read") (result i32 i32) (enter read)
    (i32.const 1024) (i32.const ${2 * PAIRS}))`,
  options: { symbols: { read: { parameters: [], result: { type, ...RANGE } } } },
  ask: (guest) =>
    whileWriting(guest.memory.memory, () => {
      const wrong: unknown[] = [];
      for (let call = 0; call < CALLS; call++) {
        let found: unknown;
        try {
          found = guest.symbols.read!();
        } catch (error) {
          const { name, code, message } = error as Error & { code?: string };
          found = new Thrown(name, code, message);
        }
        const isRight = found instanceof Thrown
          ? type === "string" && found.code === "invalid-text"
          : found instanceof Uint8Array
          ? found.length === 2 * PAIRS && found.every((byte) => WRITTEN.includes(byte)) &&
            found.buffer instanceof ArrayBuffer
          : isWritten(found);
        if (!isRight) wrong.push(found);
      }
      return wrong;
    }),
  gives: [],
  state: "ready",
  entered: Array(CALLS).fill("read").join(" "),
})));
