// Itanium C++ ABI, sections 5.1.5 "Type encodings" to 5.1.10 "Compression".

import { MangledText } from "./mangled_text.ts";

const BUILTIN: Readonly<Record<string, string>> = {
  v: "void",
  w: "wchar_t",
  b: "bool",
  c: "char",
  a: "signed char",
  h: "unsigned char",
  s: "short",
  t: "unsigned short",
  i: "int",
  j: "unsigned int",
  l: "long",
  m: "unsigned long",
  x: "long long",
  y: "unsigned long long",
  n: "__int128",
  o: "unsigned __int128",
  f: "float",
  d: "double",
  e: "long double",
  g: "__float128",
  z: "...",
};

const BUILTIN_D: Readonly<Record<string, string>> = {
  a: "auto",
  c: "decltype(auto)",
  n: "decltype(nullptr)",
  i: "char32_t",
  s: "char16_t",
  u: "char8_t",
};

/** The abbreviations: the name, and the name of its constructor. */
export const STANDARD: Readonly<Record<string, readonly [name: string, last: string]>> = {
  t: ["std", "std"],
  a: ["std::allocator", "allocator"],
  b: ["std::basic_string", "basic_string"],
  s: ["std::string", "basic_string"],
  i: ["std::istream", "basic_istream"],
  o: ["std::ostream", "basic_ostream"],
  d: ["std::iostream", "basic_iostream"],
};

/** A type in two halves, because a declarator goes in between: `int (*` and `)(char)`. */
export interface Type {
  readonly left: string;
  readonly right: string;
  /** Whether it is a function or an array, whose pointers need parentheses. */
  readonly wraps?: boolean;
  /** The arguments of a pack. */
  readonly pack?: readonly string[];
}

/** A name, with the facts on which its function's type depends. */
export interface Name {
  readonly text: string;
  /** Whether it ends with template arguments: its function's result is then part of the name. */
  readonly isTemplate: boolean;
  /** Whether it is a constructor, a destructor or a conversion, which have no result. */
  readonly hasNoResult: boolean;
  /** The qualifiers after the parameters of a method: `const`. */
  readonly after: string;
}

/** Makes a type that goes entirely before its declarator. */
export const plain = (left: string): Type => ({ left, right: "" });
/** Returns a type in its written form. */
export const textOf = ({ left, right }: Type) => left + right;

/**
 * Reads the types in a name. The class that reads names extends it, because types contain names.
 */
export abstract class CppTypes extends MangledText {
  protected readonly substitutions: Type[] = [];
  #arguments: Type[] = [];

  /** Reads a name with the parameters of its function, or a special name. */
  protected abstract encoding(): string;
  /** Reads a name. */
  protected abstract name(): Name;

  /** Reads the types of parameters up to the end, or up to the end of the enclosing part. */
  protected parameters(): string {
    const types: string[] = [];
    while (this.at < this.text.length && !/^(?:E|\.)/.test(this.peek())) {
      const type = this.type();
      types.push(...type.pack ?? [textOf(type)]);
    }
    return types.length === 1 && types[0] === "void" ? "" : types.join(", ");
  }

  protected source(): string {
    const length = Number(this.match(/\d{1,5}/y) || this.fail());
    const name = this.peek(length);
    if (name.length !== length || length === 0) this.fail();
    this.at += length;
    return /^_GLOBAL_[._$]N/.test(name) ? "(anonymous namespace)" : name;
  }

  #sequence(): number {
    if (this.eat("_")) return 0;
    const digits = this.match(/[0-9A-Z]{1,4}/y) || this.fail();
    if (!this.eat("_")) this.fail();
    return parseInt(digits, 36) + 1;
  }

  protected substitution(): Type {
    this.at++; // "S"
    const standard = STANDARD[this.peek()];
    if (standard !== undefined) {
      this.at++;
      return plain(standard[0]);
    }
    return this.substitutions[this.#sequence()] ?? this.fail();
  }

  protected templateParameter(): Type {
    this.at++; // "T"
    const digits = this.match(/\d*/y);
    if (!this.eat("_")) this.fail();
    return this.#arguments[digits === "" ? 0 : Number(digits) + 1] ?? plain("auto");
  }

  protected templateArguments(): string {
    this.at++; // "I"
    const found: Type[] = [];
    while (!this.eat("E")) found.push(this.#templateArgument());
    this.#arguments = found;
    const shown = found.flatMap((type) => type.pack ?? [textOf(type)]).join(", ");
    // In old C++, `>>` would be a shift operator.
    return `<${shown}${shown.endsWith(">") ? " " : ""}>`;
  }

  #templateArgument(): Type {
    return this.nested((): Type => {
      if (this.peek() === "L") return plain(this.#literal());
      if (!this.eat("J")) return this.type();
      const pack: string[] = [];
      while (!this.eat("E")) pack.push(textOf(this.#templateArgument()));
      return { left: pack.join(", "), right: "", pack };
    }, sizeOf);
  }

  #literal(): string {
    this.at++; // "L"
    if (this.eat("_Z")) {
      const text = this.encoding();
      return this.eat("E") ? text : this.fail();
    }
    const type = textOf(this.type());
    const value = this.match(/n?[0-9a-f]*/y).replace(/^n/, "-");
    if (!this.eat("E")) this.fail();
    if (type === "bool") return value === "0" ? "false" : "true";
    const suffix = { int: "", "unsigned int": "u", long: "l", "unsigned long": "ul" }[type] ??
      { "long long": "ll", "unsigned long long": "ull" }[type];
    return suffix === undefined ? `(${type})${value}` : value + suffix;
  }

  protected type(): Type {
    return this.nested(() => {
      const letter = this.peek();
      const builtin = BUILTIN[letter];
      if (builtin !== undefined) {
        this.at++;
        return plain(builtin);
      }
      if (letter === "S" && this.peek(2) !== "St") return this.#template(this.substitution());
      if (letter === "D" && BUILTIN_D[this.peek(2)[1]!] !== undefined) {
        return plain(BUILTIN_D[this.peek(2)[this.at += 2, 1]!]!);
      }
      const type = this.#compound(letter);
      if (type.pack === undefined) this.substitutions.push(type);
      return type;
    }, sizeOf);
  }

  /** Reads template arguments after a substitution that is a template. */
  #template(type: Type): Type {
    if (this.peek() !== "I") return type;
    const whole = plain(
      withArguments(textOf(type), this.inner(() => this.templateArguments())),
    );
    this.substitutions.push(whole);
    return whole;
  }

  /** Reads template arguments that are not those of the function itself. */
  protected inner<T>(read: () => T): T {
    const before = this.#arguments;
    const found = read();
    this.#arguments = before;
    return found;
  }

  #compound(letter: string): Type {
    switch (letter) {
      case "P":
      case "R":
      case "O": {
        this.at++;
        const to = this.type();
        const sign = letter === "P" ? "*" : letter === "R" ? "&" : "&&";
        if (to.pack !== undefined) {
          const pack = to.pack.map((item) => item + sign);
          return { left: pack.join(", "), right: "", pack };
        }
        if (to.wraps) {
          // The left half of a function already ends with a space.
          const left = to.right.startsWith(" [") ? spaced(to.left) : to.left;
          return { left: `${left}(${sign}`, right: `)${to.right}` };
        }
        // References to references collapse.
        if (letter !== "P" && to.left.endsWith("&")) {
          return letter === "R" ? { ...to, left: to.left.replace(/&+$/, "&") } : to;
        }
        return { left: to.left + sign, right: to.right };
      }
      case "K":
      case "V":
      case "r": {
        const words = this.match(/[rVK]+/y);
        const to = this.type();
        const added = (words.includes("K") ? " const" : "") +
          (words.includes("V") ? " volatile" : "");
        return to.wraps ? { ...to, right: to.right + added } : { ...to, left: to.left + added };
      }
      case "F": {
        this.at++;
        this.eat("Y");
        const result = this.type();
        const parameters = this.parameters();
        if (!this.eat("E")) this.fail();
        return { left: resultOf(result), right: `(${parameters})${result.right}`, wraps: true };
      }
      case "A": {
        this.at++;
        const size = this.match(/\d*/y);
        if (!this.eat("_")) this.fail();
        const of = this.type();
        return { left: of.left, right: ` [${size}]${of.right.trimStart()}`, wraps: true };
      }
      case "M": {
        this.at++;
        const of = textOf(this.type());
        const member = this.type();
        return member.wraps
          ? { left: `${member.left}(${of}::*`, right: `)${member.right}` }
          : { left: `${member.left} ${of}::*`, right: member.right };
      }
      case "T":
        return this.#template(this.templateParameter());
      case "D": {
        if (!this.eat("Dp")) return this.fail();
        const type = this.type();
        return type.pack === undefined ? { ...type, left: `${type.left}...` } : type;
      }
      case "u":
        this.at++;
        return plain(this.source());
      default: {
        const name = this.inner(() => this.name());
        return plain(name.text);
      }
    }
  }
}

function sizeOf(type: Type): number {
  return textOf(type).length;
}

/** Returns a template with its arguments, separating two closing brackets. */
export function withArguments(name: string, args: string): string {
  return name.endsWith("<") ? `${name} ${args}` : name + args;
}

/** Returns the left half of a type with a space at its end. */
function spaced(left: string): string {
  return /[ *&(]$/.test(left) && !/[*&]$/.test(left) ? left : `${left} `;
}

/** Returns the left half of a result, with a space unless a function pointer ends it. */
export function resultOf({ left, right }: Type): string {
  return right !== "" && left.endsWith("*") ? left : spaced(left);
}
