import { assertEquals, assertRejects } from "@std/assert";
import { LoadError } from "../../mod.ts";
import { checkIntegrity, parseIntegrity } from "../../src/source/integrity.ts";
import { createHash } from "node:crypto";

/** The example of the specification, and the hash that it states. */
const TEXT = new TextEncoder().encode("alert('Hello, world.');");
const SPECIFIED = "H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO";

const GIVEN = { name: "it", source: "it", bytes: TEXT };

function hashOf(kind: string): string {
  return createHash(kind).update(TEXT).digest("base64");
}

const [SHA256, SHA512] = [hashOf("sha256"), hashOf("sha512")];
const OTHER = { 256: "A".repeat(43) + "=", 384: "A".repeat(64), 512: "A".repeat(86) + "==" };

/** Metadata that fits. */
const FITS: readonly string[] = [
  `sha384-${SPECIFIED}`,
  `sha256-${SHA256}`,
  `sha512-${SHA512}`,
  `SHA384-${SPECIFIED}`,
  `  sha384-${SPECIFIED}\n`,
  `sha384-${SPECIFIED}?ct=application/wasm`,
  // The hash is in base64 for URLs, and without padding.
  `sha384-${SPECIFIED.replaceAll("+", "-").replaceAll("/", "_")}`,
  `sha256-${SHA256.replace("=", "")}`,
  // One of several of the strongest kind fits.
  `sha384-${OTHER[384]} sha384-${SPECIFIED}`,
  // Only the strongest kind counts, and an unknown one does not.
  `sha256-${OTHER[256]} sha512-${SHA512} sha384-${OTHER[384]}`,
  `sha3-${OTHER[512]} sha384-${SPECIFIED} md5-AAAA`,
];

for (const integrity of FITS) {
  Deno.test(`${JSON.stringify(integrity)} fits`, async () => {
    await checkIntegrity(GIVEN, integrity);
  });
}

/** Metadata that does not fit, and what is expected instead. */
const MISFITS: readonly (readonly [integrity: string, found: string, expected: string])[] = [
  [`sha384-${OTHER[384]}`, `sha384-${SPECIFIED}`, `sha384-${OTHER[384]}`],
  [
    `sha512-${OTHER[512]} sha256-${SHA256}`,
    `sha512-${SHA512}`,
    `sha512-${OTHER[512]}`,
  ],
  [
    `sha256-${OTHER[256]} sha256-${OTHER[256].replace("A", "B")}`,
    `sha256-${SHA256}`,
    `sha256-${OTHER[256]} or sha256-${OTHER[256].replace("A", "B")}`,
  ],
];

for (const [integrity, found, expected] of MISFITS) {
  Deno.test(`${JSON.stringify(integrity)} does not fit`, async () => {
    const error = await assertRejects(() => checkIntegrity(GIVEN, integrity), LoadError);
    assertEquals([error.code, error.source, error.message], [
      "integrity",
      "it",
      `Cannot load it: its integrity is ${found}, expected ${expected}`,
    ]);
  });
}

const KINDS = 'expected "sha256-…", "sha384-…" or "sha512-…"';

/** Text that is not valid metadata, and the reason. */
const MALFORMED: readonly (readonly [integrity: string, problem: string])[] = [
  ["", `is "", ${KINDS}`],
  [SPECIFIED, `is "${SPECIFIED}", ${KINDS}`],
  ["md5-AAAA", `is "md5-AAAA", ${KINDS}`],
  ["sha384-", 'has "sha384-", expected 64 digits of base64 after "sha384-"'],
  ["sha256-AAAA", 'has "sha256-AAAA", expected 43 digits of base64 after "sha256-"'],
  [
    `sha256-${SHA256} sha512-${SHA256}`,
    `has "sha512-${SHA256}", expected 86 digits of base64 after "sha512-"`,
  ],
  [
    `sha256-${"*".repeat(43)}`,
    `has "sha256-${"*".repeat(43)}", expected 43 digits of base64 after "sha256-"`,
  ],
];

for (const [integrity, problem] of MALFORMED) {
  Deno.test(`${JSON.stringify(integrity)} is refused`, async () => {
    assertEquals(parseIntegrity(integrity), problem);
    await assertRejects(() => checkIntegrity(GIVEN, integrity), TypeError, `it ${problem}`);
  });
}

Deno.test("a page without crypto.subtle cannot check", async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto")!;
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  try {
    const error = await assertRejects(() => checkIntegrity(GIVEN, FITS[0]!), LoadError);
    assertEquals(
      error.message,
      "Cannot load it: its integrity is not known, because this page has no crypto.subtle, " +
        "expected https: or localhost",
    );
  } finally {
    Object.defineProperty(globalThis, "crypto", own);
  }
});
