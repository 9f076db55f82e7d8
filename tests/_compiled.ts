// Makes every call of a test run take the compiled form from the first call on:
//     deno test --preload=tests/_compiled.ts …
import { forceTier } from "../src/call/call.ts";

forceTier("compiled");
