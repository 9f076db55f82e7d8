// Passes a text to a guest and back: the guest's convention is recognised from its binary.
//
//     deno run --allow-read=testdata examples/pass_string.ts
import { load } from "../mod.ts";

using guest = await load(new URL("../testdata/c/passing_data.wasm", import.meta.url));
console.log(guest.passString("Hello there, "));
