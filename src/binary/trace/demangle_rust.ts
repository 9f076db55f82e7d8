// Rust RFC 2603, "Symbol Name Mangling v0", and the legacy mangling, which looks like C++.

import { decodePunycode, MangledText, unlessMalformed } from "./mangled_text.ts";

const BASIC: Readonly<Record<string, string>> = {
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
};

const ESCAPES: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

/** Demangles a legacy Rust name, which ends with a hash; `undefined` for any other name. */
export function demangleLegacy(name: string): string | undefined {
  const parts: string[] = [];
  let at = 3; // after "_ZN"
  while (name[at] !== "E") {
    const digits = /^\d+/.exec(name.slice(at, at + 6))?.[0];
    if (digits === undefined) return undefined;
    at += digits.length;
    const part = name.slice(at, at + Number(digits));
    if (part.length !== Number(digits)) return undefined;
    parts.push(part);
    at += part.length;
  }
  if (parts.length < 2 || !/^h[0-9a-f]{16}$/.test(parts.pop()!)) return undefined;
  return parts.map(unescape).join("::");
}

function unescape(part: string): string {
  return part.replace(/^_(?=\$)/, "").replace(
    /\$([A-Z]{1,2}|u[0-9a-f]{1,6})\$|\.\./g,
    (all, code) => {
      if (code === undefined) return "::";
      if (code[0] !== "u") return ESCAPES[code] ?? all;
      const point = parseInt(code.slice(1), 16);
      return point < 0x20 || point > 0x10ffff ? all : String.fromCodePoint(point);
    },
  );
}

/** Demangles a v0 Rust name; `undefined` if it is malformed. */
export function demangleV0(name: string): string | undefined {
  const mangled = name.slice(2).replace(/\.(?:llvm|cold)\b.*$/, "");
  return unlessMalformed(() => new RustName(mangled).whole());
}

/** Reads a v0 name: each method reads one production of the grammar. */
class RustName extends MangledText {
  /** The number of lifetimes that are bound around the current type. */
  #bound = 0;

  whole(): string {
    return this.#path(true);
  }

  #nested(read: () => string): string {
    return this.nested(read, (text) => text.length);
  }

  /** Reads a back reference to an earlier part of the name. */
  #back(read: () => string): string {
    const start = this.at - 1;
    const target = this.#base62();
    if (target >= start) this.fail();
    const at = this.at;
    this.at = target;
    const text = this.#nested(read);
    this.at = at;
    return text;
  }

  #base62(): number {
    if (this.eat("_")) return 0;
    let value = 0;
    while (!this.eat("_")) {
      const digit = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(
        this.next(),
      );
      if (digit < 0) this.fail();
      value = value * 62 + digit;
    }
    return value + 1;
  }

  #disambiguator(): number {
    return this.eat("s") ? this.#base62() + 1 : 0;
  }

  #identifier(): string {
    const isPunycode = this.eat("u");
    const digits = /^(?:0|[1-9]\d{0,5})/.exec(this.text.slice(this.at, this.at + 6))?.[0] ??
      this.fail();
    this.at += digits.length;
    this.eat("_");
    const name = this.text.slice(this.at, this.at + Number(digits));
    if (name.length !== Number(digits)) this.fail();
    this.at += name.length;
    return isPunycode ? decodePunycode(name) ?? this.fail() : name;
  }

  #path(isValue: boolean): string {
    return this.#nested(() => {
      switch (this.next()) {
        case "C": {
          this.#disambiguator();
          return this.#identifier();
        }
        case "M": {
          this.#disambiguator();
          this.#path(false);
          return `<${this.#type()}>`;
        }
        case "X": {
          this.#disambiguator();
          this.#path(false);
          return `<${this.#type()} as ${this.#path(false)}>`;
        }
        case "Y":
          return `<${this.#type()} as ${this.#path(false)}>`;
        case "N": {
          const space = this.next();
          const parent = this.#path(isValue);
          const number = this.#disambiguator();
          const name = this.#identifier();
          if (/[A-Z]/.test(space)) {
            const kind = space === "C" ? "closure" : space === "S" ? "shim" : space;
            return `${parent}::{${kind}${name === "" ? "" : `:${name}`}#${number}}`;
          }
          return name === "" ? parent : `${parent}::${name}`;
        }
        case "I": {
          const path = this.#path(isValue);
          const args: string[] = [];
          while (!this.eat("E")) args.push(this.#argument());
          return `${path}${isValue ? "::" : ""}<${args.join(", ")}>`;
        }
        case "B":
          return this.#back(() => this.#path(isValue));
        default:
          return this.fail();
      }
    });
  }

  #argument(): string {
    if (this.eat("L")) return this.#lifetime();
    return this.eat("K") ? this.#constant() : this.#type();
  }

  #lifetime(): string {
    const index = this.#base62();
    if (index === 0) return "'_";
    const depth = this.#bound - index;
    if (depth < 0) this.fail();
    return lifetimeName(depth);
  }

  #type(): string {
    return this.#nested(() => {
      const tag = this.next();
      const basic = BASIC[tag];
      if (basic !== undefined) return basic;
      switch (tag) {
        case "R":
        case "Q": {
          const lifetime = this.eat("L") ? this.#lifetime() : "'_";
          const shown = lifetime === "'_" ? "" : `${lifetime} `;
          return `&${shown}${tag === "Q" ? "mut " : ""}${this.#type()}`;
        }
        case "P":
          return `*const ${this.#type()}`;
        case "O":
          return `*mut ${this.#type()}`;
        case "A":
          return `[${this.#type()}; ${this.#constant()}]`;
        case "S":
          return `[${this.#type()}]`;
        case "T": {
          const items: string[] = [];
          while (!this.eat("E")) items.push(this.#type());
          return `(${items.join(", ")}${items.length === 1 ? "," : ""})`;
        }
        case "F":
          return this.#binder(() => this.#functionType());
        case "D": {
          const bounds = this.#binder(() => this.#bounds());
          if (!this.eat("L")) this.fail();
          const lifetime = this.#lifetime();
          return `dyn ${bounds}${lifetime === "'_" ? "" : ` + ${lifetime}`}`;
        }
        case "B":
          return this.#back(() => this.#type());
        default:
          this.at--;
          return this.#path(false);
      }
    });
  }

  #binder(read: () => string): string {
    const count = this.eat("G") ? this.#base62() + 1 : 0;
    if (count > 100) this.fail();
    const names = Array.from({ length: count }, () => lifetimeName(this.#bound++));
    const text = read();
    this.#bound -= count;
    return count === 0 ? text : `for<${names.join(", ")}> ${text}`;
  }

  #functionType(): string {
    const isUnsafe = this.eat("U");
    const abi = this.eat("K") ? this.eat("C") ? "C" : this.#identifier().replaceAll("_", "-") : "";
    const args: string[] = [];
    while (!this.eat("E")) args.push(this.#type());
    const result = this.#type();
    return `${isUnsafe ? "unsafe " : ""}${abi === "" ? "" : `extern "${abi}" `}fn(${
      args.join(", ")
    })` +
      (result === "()" ? "" : ` -> ${result}`);
  }

  #bounds(): string {
    const traits: string[] = [];
    while (!this.eat("E")) {
      let path = this.#path(false);
      const bindings: string[] = [];
      while (this.eat("p")) bindings.push(`${this.#identifier()} = ${this.#type()}`);
      if (bindings.length > 0) {
        path = path.endsWith(">")
          ? `${path.slice(0, -1)}, ${bindings.join(", ")}>`
          : `${path}<${bindings.join(", ")}>`;
      }
      traits.push(path);
    }
    return traits.join(" + ");
  }

  #constant(): string {
    return this.#nested(() => {
      const tag = this.next();
      if (tag === "p") return "_";
      if (tag === "B") return this.#back(() => this.#constant());
      const isNegative = this.eat("n");
      const digits = /^[0-9a-f]*(?=_)/.exec(this.text.slice(this.at))?.[0] ?? this.fail();
      this.at += digits.length + 1;
      const value = BigInt(`0x${digits === "" ? "0" : digits}`);
      if (tag === "b") return value === 0n ? "false" : value === 1n ? "true" : this.fail();
      if (tag === "c") {
        return value > 0x10ffffn ? this.fail() : `'${String.fromCodePoint(Number(value))}'`;
      }
      if (!"hatmyxoijlnsd".includes(tag)) this.fail();
      return `${isNegative ? "-" : ""}${value}`;
    });
  }
}

/** Names a lifetime by its depth, because mangled names do not contain its name. */
function lifetimeName(depth: number): string {
  return depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`;
}
