import { testRows } from "./_rows.ts";

testRows([
  {
    name: "a getter of the first generation is chosen, and its text comes back",
    guest: "c/passing_data",
    ask: (guest) => guest.passString("Hello there, ", "add_wasm_is_cool"),
    gives: "Hello there, WASM is cool!",
  },
]);
