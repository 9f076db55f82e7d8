import { assertEquals } from "@std/assert";
import * as glue from "npm:farmhash-modern@1.1.0";
import { load } from "../../mod.ts";
import { farmhashModern } from "./_bytes.ts";

const options = {
  missing: "trap", // the four imports, with hashes in their names, serve only the hook for panics
  symbols: {
    bigquery_fingerprint: { parameters: ["string"], result: "i64" },
    fingerprint32: { parameters: ["string"], result: "u32" },
    fingerprint64: { parameters: ["string"], result: "u64" },
    hash32_with_seed: { parameters: ["bytes", "u32"], result: "u32" },
    hash64_with_seed: { parameters: ["string", "u64"], result: "u64" },
  },
} as const;

Deno.test("farmhash-modern: fingerprints are those of BigQuery's documentation", async () => {
  using guest = await load(await farmhashModern(), options);
  assertEquals(guest.convention.name, "wasm-bindgen");
  // https://cloud.google.com/bigquery/docs/reference/standard-sql/hash_functions#farm_fingerprint
  for (
    const [text, expected] of [
      ["1footrue", -1541654101129638711n],
      ["2applefalse", 2794438866806483259n],
      ["3true", -4880158226897771312n],
    ] as const
  ) {
    assertEquals(guest.symbols.bigquery_fingerprint(text), expected);
    assertEquals(guest.symbols.fingerprint64(text), BigInt.asUintN(64, expected));
  }
});

Deno.test("farmhash-modern: text and bytes with seeds agree with the package's own glue", async () => {
  using guest = await load(await farmhashModern(), options);
  const { fingerprint32, hash32_with_seed, hash64_with_seed } = guest.symbols;
  for (const text of ["", "abc", "grüß dich 🌍", "x".repeat(100_000)]) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(fingerprint32(text), glue.fingerprint32(text));
    assertEquals(hash32_with_seed(bytes, 7), glue.hash32WithSeed(text, 7));
    assertEquals(hash64_with_seed(text, 7n), glue.hash64WithSeed(text, 7n));
  }
});

Deno.test("farmhash-modern: the guest frees its arguments", async () => {
  using guest = await load(await farmhashModern(), options);
  const text = "x".repeat(10_000);
  guest.symbols.fingerprint32(text);
  const before = guest.memory.size;
  for (let times = 0; times < 1000; times++) guest.symbols.fingerprint32(text);
  assertEquals(guest.memory.size, before);
});
