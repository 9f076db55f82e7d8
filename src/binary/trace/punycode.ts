/** Decodes punycode (RFC 3492), with `_` as its delimiter; `undefined` if it is malformed. */
export function decodePunycode(text: string): string | undefined {
  const split = text.lastIndexOf("_");
  const output = [...(split < 0 ? "" : text.slice(0, split))];
  let code = 128, bias = 72, index = 0;
  for (let at = split + 1; at < text.length;) {
    const before = index;
    for (let weight = 1, k = 36;; k += 36) {
      const letter = text[at++];
      const digit = "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(letter ?? "?");
      if (digit < 0) return undefined;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = output.length + 1;
    let delta = Math.floor((index - before) / (before === 0 ? 700 : 2));
    delta += Math.floor(delta / count);
    let steps = 0;
    for (; delta > 455; steps += 36) delta = Math.floor(delta / 35);
    bias = steps + Math.floor(36 * delta / (delta + 38));
    code += Math.floor(index / count);
    index %= count;
    if (code > 0x10ffff) return undefined;
    output.splice(index++, 0, String.fromCodePoint(code));
  }
  return output.join("");
}
