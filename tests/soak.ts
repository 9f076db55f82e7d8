// Soaks all conventions: deno task soak, or with a number of passes. It fails if memory grows.
import { soak } from "./_soak.ts";

await soak(Number(Deno.args[0] ?? 1_000_000) / 2, (line) => console.log(line));
