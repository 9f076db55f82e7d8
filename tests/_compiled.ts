// Makes every call of a test run take the compiled form from the first on:
//     deno test --preload=tests/_compiled.ts …
import { forceTier } from "../src/engine/tier.ts";

forceTier("compiled");
