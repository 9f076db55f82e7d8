// Guests whose calls have the same outcome step by step and in the form that is compiled after 100
// calls.

/** Makes both forms of the same row. */
export const BOTH = [0, 120];

/**
 * Makes a guest whose buffer at 64 is found by `buffer`; `call` returns the length that it gets.
 */
export const guestOf = (buffer: string, call = "(param i32) (result i32) (local.get 0)") =>
  `(module
  (memory (export "memory") 1)
  ${buffer}
  (func (export "call") ${call}))`;

export const MALLOC = `
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "free") (param i32))`;
export const owned = { allocate: "malloc", free: "free" } as const;
