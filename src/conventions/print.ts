/** A call of a preset as it is written in a program. */
export function printCall(name: string, options: object): string {
  const printed = print(options);
  return printed === "{}" ? `${name}()` : `${name}(${printed})`;
}

/** A call that {@linkcode printCall} has written, with more options. */
export function extendCall(call: string, more: object): string {
  const options = print(more).slice(2, -2);
  return call.endsWith("()")
    ? call.replace(/\(\)$/, () => `({ ${options} })`)
    : call.replace(/ \}\)$/, () => `, ${options} })`);
}

/** A plain value as JavaScript source. */
function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
      .map(([key, field]) => `${/^\w+$/.test(key) ? key : JSON.stringify(key)}: ${print(field)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
