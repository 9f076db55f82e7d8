// Itanium C++ ABI, section 5.1 "External Names (a.k.a. Mangling)".

import {
  CppTypes,
  type Name,
  plain,
  resultOf,
  STANDARD,
  textOf,
  withArguments,
} from "./cpp_types.ts";
import { MOST, unlessMalformed } from "./mangled_text.ts";

const OPERATORS: Readonly<Record<string, string>> = {
  nw: " new",
  na: " new[]",
  dl: " delete",
  da: " delete[]",
  aw: " co_await",
  ps: "+",
  ng: "-",
  ad: "&",
  de: "*",
  co: "~",
  pl: "+",
  mi: "-",
  ml: "*",
  dv: "/",
  rm: "%",
  an: "&",
  or: "|",
  eo: "^",
  aS: "=",
  pL: "+=",
  mI: "-=",
  mL: "*=",
  dV: "/=",
  rM: "%=",
  aN: "&=",
  oR: "|=",
  eO: "^=",
  ls: "<<",
  rs: ">>",
  lS: "<<=",
  rS: ">>=",
  eq: "==",
  ne: "!=",
  lt: "<",
  gt: ">",
  le: "<=",
  ge: ">=",
  ss: "<=>",
  nt: "!",
  aa: "&&",
  oo: "||",
  pp: "++",
  mm: "--",
  cm: ",",
  pm: "->*",
  pt: "->",
  cl: "()",
  ix: "[]",
  qu: "?",
};

/** The full name of `std::string`, which its constructors use. */
const STRING = "std::basic_string<char, std::char_traits<char>, std::allocator<char> >";

const SPECIAL: Readonly<Record<string, string>> = {
  TV: "vtable for ",
  TT: "VTT for ",
  TI: "typeinfo for ",
  TS: "typeinfo name for ",
};

/** Demangles a C++ name; `undefined` if it is malformed or has an unknown part. */
export function demangleCpp(name: string): string | undefined {
  // A compiler-generated clone has a suffix such as ".isra.0".
  const [, mangled = "", clone = ""] = /^_+Z([^.]*)(\..*)?$/.exec(name) ?? [];
  const text = unlessMalformed(() => new CppNames(mangled).whole());
  return text === undefined || clone === "" ? text : `${text} [clone ${clone}]`;
}

/** Reads a name: each method reads one production of the grammar. */
class CppNames extends CppTypes {
  whole(): string {
    const text = this.encoding();
    return this.at === this.text.length ? text : this.fail();
  }

  protected override encoding(): string {
    return this.nested(() => {
      if (this.peek() === "T" || this.peek(2) === "GV" || this.peek(2) === "GR") {
        return this.#special();
      }
      const name = this.name();
      if (this.at >= this.text.length || this.peek() === "E") return name.text + name.after;
      const result = name.isTemplate && !name.hasNoResult ? this.type() : undefined;
      const call = `${name.text}(${this.parameters()})${name.after}`;
      return result === undefined ? call : `${resultOf(result)}${call}${result.right}`;
    }, (text) => text.length);
  }

  #special(): string {
    const code = this.peek(2);
    const words = SPECIAL[code];
    if (words !== undefined) {
      this.at += 2;
      return words + textOf(this.type());
    }
    if (this.eat("GV")) return `guard variable for ${this.name().text}`;
    if (this.eat("Th")) {
      this.match(/n?\d+_/y);
      return `non-virtual thunk to ${this.encoding()}`;
    }
    if (this.eat("Tv")) {
      this.match(/n?\d+_n?\d+_/y);
      return `virtual thunk to ${this.encoding()}`;
    }
    return this.fail();
  }

  protected override name(): Name {
    const bare = { isTemplate: false, hasNoResult: false, after: "" };
    switch (this.peek()) {
      case "N":
        return this.#nestedName();
      case "Z": {
        this.at++;
        const scope = this.encoding();
        if (!this.eat("E")) this.fail();
        if (this.eat("s")) {
          this.match(/_\d|__\d+_/y);
          return { ...bare, text: `${scope}::string literal` };
        }
        if (this.eat("d")) this.match(/n?\d*_/y);
        const name = this.name();
        this.match(/_\d|__\d+_/y);
        return { ...name, text: `${scope}::${name.text}` };
      }
    }
    let text: string;
    let isNew = true;
    if (this.peek() === "S" && this.peek(2) !== "St") {
      text = textOf(this.substitution());
      isNew = false;
    } else {
      text = this.eat("St") ? `std::${this.#unqualified("")}` : this.#unqualified("");
    }
    if (this.peek() !== "I") return { ...bare, text, hasNoResult: text.startsWith("operator ") };
    if (isNew) this.substitutions.push(plain(text));
    return { ...bare, text: withArguments(text, this.templateArguments()), isTemplate: true };
  }

  #nestedName(): Name {
    this.at++; // "N"
    const qualifiers = this.match(/[rVK]*/y);
    const reference = this.match(/[RO]?/y);
    const after = (qualifiers.includes("K") ? " const" : "") +
      (qualifiers.includes("V") ? " volatile" : "") +
      (reference === "R" ? " &" : reference === "O" ? " &&" : "");
    let text = "", last = "";
    let isTemplate = false, hasNoResult = false;
    while (!this.eat("E")) {
      isTemplate = false;
      const next = this.peek();
      if (next === "S" && this.peek(2) !== "St") {
        const code = this.peek(2)[1]!;
        text = textOf(this.substitution());
        last = STANDARD[code]?.[1] ?? lastPart(text);
        if (code === "s" && /^[CD]\d/.test(this.peek(2))) text = STRING;
        continue;
      }
      if (next === "I") {
        text = withArguments(text, this.templateArguments());
        isTemplate = true;
      } else if (next === "T") {
        text = textOf(this.templateParameter());
        last = lastPart(text);
      } else if (this.eat("St")) {
        text = "std";
        continue;
      } else {
        const isSpecial = /^(?:C[1-5]|D[0-5]|cv)/.test(this.peek(2));
        const part = this.#unqualified(last);
        hasNoResult = isSpecial;
        last = part.replace(/\[abi:.*/, "");
        text = text === "" ? part : `${text}::${part}`;
      }
      if (this.peek() !== "E") this.substitutions.push(plain(text));
      if (text.length > MOST) this.fail();
    }
    return { text, isTemplate, hasNoResult, after };
  }

  /** Reads one part of a name; `parent` is the part before it. */
  #unqualified(parent: string): string {
    this.eat("L"); // a name of one file
    let text: string;
    if (/\d/.test(this.peek())) text = this.source();
    else if (/^C[1-5]/.test(this.peek(2))) {
      this.at += 2;
      text = parent;
    } else if (/^D[0-5]/.test(this.peek(2))) {
      this.at += 2;
      text = `~${parent}`;
    } else if (this.eat("Ut")) {
      text = `{unnamed type#${this.#ordinal()}}`;
    } else if (this.eat("Ul")) {
      const parameters = this.parameters();
      if (!this.eat("E")) this.fail();
      text = `{lambda(${parameters})#${this.#ordinal()}}`;
    } else if (this.eat("cv")) {
      text = `operator ${textOf(this.type())}`;
    } else if (this.eat("li")) {
      text = `operator"" ${this.source()}`;
    } else {
      const word = OPERATORS[this.peek(2)] ?? this.fail();
      this.at += 2;
      text = `operator${word}`;
    }
    while (this.eat("B")) text += `[abi:${this.source()}]`;
    return text;
  }

  #ordinal(): number {
    const digits = this.match(/\d*/y);
    if (!this.eat("_")) this.fail();
    return digits === "" ? 1 : Number(digits) + 2;
  }
}

/**
 * Returns the last part of a name without template arguments, which is the name of its constructor.
 */
function lastPart(name: string): string {
  let depth = 0;
  let bare = "";
  for (const letter of name) {
    if (letter === "<") depth++;
    if (depth === 0) bare += letter;
    if (letter === ">") depth--;
  }
  return bare.slice(bare.lastIndexOf("::") + (bare.includes("::") ? 2 : 0));
}
