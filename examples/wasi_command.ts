// Runs a command that was compiled for WASI, with access only to what it is granted.
import { load } from "../mod.ts";

using guest = await load(new URL("../testdata/wasi/command.wasm", import.meta.url), {
  wasi: {
    args: ["command", "shout"],
    stdin: "Hello there,\nWASM is cool!\n",
    stdout: (line) => console.log(`stdout: ${line}`),
  },
});

// The exit code is a value: a command that fails is not an error of its host.
console.log(`exit code: ${guest.run()}`);

// A command can be run once; a fresh instance reads its input from the start.
guest.reset();
console.log(`exit code: ${guest.run()}`);
