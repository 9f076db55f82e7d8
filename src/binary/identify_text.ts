import { quote } from "../errors.ts";

/** What texts in a module's place begin with; what such a text is, what to do. */
const TEXTS: readonly (readonly [start: RegExp, is: string, hint: string])[] = [
  [
    /^(?:;;|\(;|\(\s*(?:module|component)\b)/,
    "WebAssembly text (WAT)",
    "assemble it first, with `wat2wasm` or `wasm-tools parse`",
  ],
  [
    /^<(?:!|\?|[a-z])/i,
    "an HTML or XML page",
    "check the URL, as servers send such a page in place of a missing file",
  ],
  [/^AGFzb[Q-T]/, "a module in base64", "decode it first, with `Uint8Array.fromBase64`"],
  [/^version https:\/\/git-lfs/, "a Git LFS pointer", "fetch the file itself with `git lfs pull`"],
];

/** What the text is that `head` begins, where it is text. */
export function identifyText(head: Uint8Array): { is: string; hint: string } | undefined {
  const text = decode(head)?.trim();
  if (text === undefined) return undefined;
  for (const [start, is, hint] of TEXTS) {
    if (start.test(text)) return { is, hint };
  }
  return { is: `text that begins ${quote(text.slice(0, 24))}`, hint: "pass the binary itself" };
}

/** The text, or nothing where there are control characters or bytes that are no UTF-8. */
function decode(head: Uint8Array): string | undefined {
  const encoding = head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    // deno-lint-ignore no-control-regex -- control characters tell a binary from a text
    return /[\0-\x08\x0e-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
