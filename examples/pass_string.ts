// Passes a text to a guest and back: the guest's convention is detected from its binary.
import { load } from "../mod.ts";

using guest = await load(new URL("../testdata/c/passing_data.wasm", import.meta.url));
console.log(guest.passString("Hello there, "));
