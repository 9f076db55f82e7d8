// Itanium C++ ABI, section 5.1 "External Names (a.k.a. Mangling)".

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

/** The abbreviations: the name, and the name that its constructor has. */
const STANDARD: Readonly<Record<string, readonly [name: string, last: string]>> = {
  t: ["std", "std"],
  a: ["std::allocator", "allocator"],
  b: ["std::basic_string", "basic_string"],
  s: ["std::string", "basic_string"],
  i: ["std::istream", "basic_istream"],
  o: ["std::ostream", "basic_ostream"],
  d: ["std::iostream", "basic_iostream"],
};

/** The whole name of a string, which its constructors have. */
const STRING = "std::basic_string<char, std::char_traits<char>, std::allocator<char> >";

const SPECIAL: Readonly<Record<string, string>> = {
  TV: "vtable for ",
  TT: "VTT for ",
  TI: "typeinfo for ",
  TS: "typeinfo name for ",
};

/** The most characters of a demangled name, because substitutions can multiply. */
const MOST = 4096;

/** The deepest nesting of a name. */
const DEEPEST = 200;

class Malformed extends Error {}

/** Demangles a name of C++; `undefined` if it is malformed or has a part that is not known. */
export function demangleCpp(name: string): string | undefined {
  // A clone that the compiler made has a suffix such as ".isra.0".
  const [, mangled = "", clone = ""] = /^_+Z([^.]*)(\..*)?$/.exec(name) ?? [];
  try {
    const text = new Parser(mangled).whole();
    return clone === "" ? text : `${text} [clone ${clone}]`;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** A type in two halves, because a declarator stands in the middle: `int (*` and `)(char)`. */
interface Type {
  readonly left: string;
  readonly right: string;
  /** Whether it is a function or an array, whose pointers need parentheses. */
  readonly wraps?: boolean;
  /** The arguments of a pack. */
  readonly pack?: readonly string[];
}

/** A name, with what its function's type depends on. */
interface Name {
  readonly text: string;
  /** Whether it ends with template arguments: its function's result is then part of the name. */
  readonly isTemplate: boolean;
  /** Whether it is a constructor, a destructor or a conversion, which have no result. */
  readonly hasNoResult: boolean;
  /** What stands after the parameters of a method: `const`. */
  readonly after: string;
}

const plain = (left: string): Type => ({ left, right: "" });
const textOf = ({ left, right }: Type) => left + right;

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #size = 0;
  readonly #substitutions: Type[] = [];
  #arguments: Type[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  whole(): string {
    const text = this.#encoding();
    return this.#at === this.#text.length ? text : this.#fail();
  }

  #fail(): never {
    throw new Malformed();
  }

  #next(): string {
    return this.#text[this.#at++] ?? this.#fail();
  }

  #peek(count = 1): string {
    return this.#text.slice(this.#at, this.#at + count);
  }

  #eat(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #nested<T extends Type | string>(read: () => T): T {
    if (++this.#depth > DEEPEST) this.#fail();
    const found = read();
    this.#depth--;
    const { length } = typeof found === "string" ? found : textOf(found);
    this.#size += length;
    if (length > MOST || this.#size > MOST * 64) this.#fail();
    return found;
  }

  #encoding(): string {
    return this.#nested(() => {
      if (this.#peek() === "T" || this.#peek(2) === "GV" || this.#peek(2) === "GR") {
        return this.#special();
      }
      const name = this.#name();
      if (this.#at >= this.#text.length || this.#peek() === "E") return name.text + name.after;
      const result = name.isTemplate && !name.hasNoResult ? this.#type() : undefined;
      const call = `${name.text}(${this.#parameters()})${name.after}`;
      return result === undefined ? call : `${spaced(result.left)}${call}${result.right}`;
    });
  }

  #special(): string {
    const code = this.#peek(2);
    const words = SPECIAL[code];
    if (words !== undefined) {
      this.#at += 2;
      return words + textOf(this.#type());
    }
    if (this.#eat("GV")) return `guard variable for ${this.#name().text}`;
    if (this.#eat("Th")) {
      this.#match(/n?\d+_/y);
      return `non-virtual thunk to ${this.#encoding()}`;
    }
    if (this.#eat("Tv")) {
      this.#match(/n?\d+_n?\d+_/y);
      return `virtual thunk to ${this.#encoding()}`;
    }
    return this.#fail();
  }

  /** Reads the types of parameters up to the end, or up to the end of what they are part of. */
  #parameters(): string {
    const types: string[] = [];
    while (this.#at < this.#text.length && !/^(?:E|\.)/.test(this.#peek())) {
      const type = this.#type();
      types.push(...type.pack ?? [textOf(type)]);
    }
    return types.length === 1 && types[0] === "void" ? "" : types.join(", ");
  }

  #name(): Name {
    const bare = { isTemplate: false, hasNoResult: false, after: "" };
    switch (this.#peek()) {
      case "N":
        return this.#nestedName();
      case "Z": {
        this.#at++;
        const scope = this.#encoding();
        if (!this.#eat("E")) this.#fail();
        if (this.#eat("s")) {
          this.#match(/_\d|__\d+_/y);
          return { ...bare, text: `${scope}::string literal` };
        }
        if (this.#eat("d")) this.#match(/n?\d*_/y);
        const name = this.#name();
        this.#match(/_\d|__\d+_/y);
        return { ...name, text: `${scope}::${name.text}` };
      }
    }
    let text: string;
    let isNew = true;
    if (this.#peek() === "S" && this.#peek(2) !== "St") {
      text = textOf(this.#substitution());
      isNew = false;
    } else {
      text = this.#eat("St") ? `std::${this.#unqualified("")}` : this.#unqualified("");
    }
    if (this.#peek() !== "I") return { ...bare, text, hasNoResult: text.startsWith("operator ") };
    if (isNew) this.#substitutions.push(plain(text));
    return { ...bare, text: withArguments(text, this.#templateArguments()), isTemplate: true };
  }

  #nestedName(): Name {
    this.#at++; // "N"
    const qualifiers = this.#match(/[rVK]*/y);
    const reference = this.#match(/[RO]?/y);
    const after = (qualifiers.includes("K") ? " const" : "") +
      (qualifiers.includes("V") ? " volatile" : "") +
      (reference === "R" ? " &" : reference === "O" ? " &&" : "");
    let text = "", last = "";
    let isTemplate = false, hasNoResult = false;
    while (!this.#eat("E")) {
      isTemplate = false;
      const next = this.#peek();
      if (next === "S" && this.#peek(2) !== "St") {
        const code = this.#peek(2)[1]!;
        text = textOf(this.#substitution());
        last = STANDARD[code]?.[1] ?? lastPart(text);
        if (code === "s" && /^[CD]\d/.test(this.#peek(2))) text = STRING;
        continue;
      }
      if (next === "I") {
        text = withArguments(text, this.#templateArguments());
        isTemplate = true;
      } else if (next === "T") {
        text = textOf(this.#templateParameter());
        last = lastPart(text);
      } else if (this.#eat("St")) {
        text = "std";
        continue;
      } else {
        const isSpecial = /^(?:C[1-5]|D[0-5]|cv)/.test(this.#peek(2));
        const part = this.#unqualified(last);
        hasNoResult = isSpecial;
        last = part.replace(/\[abi:.*/, "");
        text = text === "" ? part : `${text}::${part}`;
      }
      if (this.#peek() !== "E") this.#substitutions.push(plain(text));
      if (text.length > MOST) this.#fail();
    }
    return { text, isTemplate, hasNoResult, after };
  }

  /** Reads one part of a name; `parent` is the part before it. */
  #unqualified(parent: string): string {
    this.#eat("L"); // a name of one file
    let text: string;
    if (/\d/.test(this.#peek())) text = this.#source();
    else if (/^C[1-5]/.test(this.#peek(2))) {
      this.#at += 2;
      text = parent;
    } else if (/^D[0-5]/.test(this.#peek(2))) {
      this.#at += 2;
      text = `~${parent}`;
    } else if (this.#eat("Ut")) {
      text = `{unnamed type#${this.#ordinal()}}`;
    } else if (this.#eat("Ul")) {
      const parameters = this.#parameters();
      if (!this.#eat("E")) this.#fail();
      text = `{lambda(${parameters})#${this.#ordinal()}}`;
    } else if (this.#eat("cv")) {
      text = `operator ${textOf(this.#type())}`;
    } else if (this.#eat("li")) {
      text = `operator"" ${this.#source()}`;
    } else {
      const word = OPERATORS[this.#peek(2)] ?? this.#fail();
      this.#at += 2;
      text = `operator${word}`;
    }
    while (this.#eat("B")) text += `[abi:${this.#source()}]`;
    return text;
  }

  #ordinal(): number {
    const digits = this.#match(/\d*/y);
    if (!this.#eat("_")) this.#fail();
    return digits === "" ? 1 : Number(digits) + 2;
  }

  #source(): string {
    const length = Number(this.#match(/\d{1,5}/y) || this.#fail());
    const name = this.#peek(length);
    if (name.length !== length || length === 0) this.#fail();
    this.#at += length;
    return /^_GLOBAL_[._$]N/.test(name) ? "(anonymous namespace)" : name;
  }

  #sequence(): number {
    if (this.#eat("_")) return 0;
    const digits = this.#match(/[0-9A-Z]{1,4}/y) || this.#fail();
    if (!this.#eat("_")) this.#fail();
    return parseInt(digits, 36) + 1;
  }

  #substitution(): Type {
    this.#at++; // "S"
    const standard = STANDARD[this.#peek()];
    if (standard !== undefined) {
      this.#at++;
      return plain(standard[0]);
    }
    return this.#substitutions[this.#sequence()] ?? this.#fail();
  }

  #templateParameter(): Type {
    this.#at++; // "T"
    const digits = this.#match(/\d*/y);
    if (!this.#eat("_")) this.#fail();
    return this.#arguments[digits === "" ? 0 : Number(digits) + 1] ?? plain("auto");
  }

  #templateArguments(): string {
    this.#at++; // "I"
    const found: Type[] = [];
    while (!this.#eat("E")) found.push(this.#templateArgument());
    this.#arguments = found;
    const shown = found.flatMap((type) => type.pack ?? [textOf(type)]).join(", ");
    // Two brackets in a row would be a shift in old C++.
    return `<${shown}${shown.endsWith(">") ? " " : ""}>`;
  }

  #templateArgument(): Type {
    return this.#nested((): Type => {
      if (this.#peek() === "L") return plain(this.#literal());
      if (!this.#eat("J")) return this.#type();
      const pack: string[] = [];
      while (!this.#eat("E")) pack.push(textOf(this.#templateArgument()));
      return { left: pack.join(", "), right: "", pack };
    });
  }

  #literal(): string {
    this.#at++; // "L"
    if (this.#eat("_Z")) {
      const text = this.#encoding();
      return this.#eat("E") ? text : this.#fail();
    }
    const type = textOf(this.#type());
    const value = this.#match(/n?[0-9a-f]*/y).replace(/^n/, "-");
    if (!this.#eat("E")) this.#fail();
    if (type === "bool") return value === "0" ? "false" : "true";
    const suffix = { int: "", "unsigned int": "u", long: "l", "unsigned long": "ul" }[type] ??
      { "long long": "ll", "unsigned long long": "ull" }[type];
    return suffix === undefined ? `(${type})${value}` : value + suffix;
  }

  #type(): Type {
    return this.#nested(() => {
      const letter = this.#peek();
      const builtin = BUILTIN[letter];
      if (builtin !== undefined) {
        this.#at++;
        return plain(builtin);
      }
      if (letter === "S" && this.#peek(2) !== "St") return this.#template(this.#substitution());
      if (letter === "D" && BUILTIN_D[this.#peek(2)[1]!] !== undefined) {
        return plain(BUILTIN_D[this.#peek(2)[this.#at += 2, 1]!]!);
      }
      const type = this.#compound(letter);
      if (type.pack === undefined) this.#substitutions.push(type);
      return type;
    });
  }

  /** Reads template arguments after a name that stands for a template. */
  #template(type: Type): Type {
    if (this.#peek() !== "I") return type;
    const whole = plain(
      withArguments(textOf(type), this.#inner(() => this.#templateArguments())),
    );
    this.#substitutions.push(whole);
    return whole;
  }

  /** Reads template arguments that are not those of the function itself. */
  #inner<T>(read: () => T): T {
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
        this.#at++;
        const to = this.#type();
        const sign = letter === "P" ? "*" : letter === "R" ? "&" : "&&";
        if (to.pack !== undefined) {
          const pack = to.pack.map((item) => item + sign);
          return { left: pack.join(", "), right: "", pack };
        }
        if (to.wraps) return { left: `${spaced(to.left)}(${sign}`, right: `)${to.right}` };
        // A reference to a reference is one.
        if (letter !== "P" && to.left.endsWith("&")) {
          return letter === "R" ? { ...to, left: to.left.replace(/&+$/, "&") } : to;
        }
        return { left: to.left + sign, right: to.right };
      }
      case "K":
      case "V":
      case "r": {
        const words = this.#match(/[rVK]+/y);
        const to = this.#type();
        const added = (words.includes("K") ? " const" : "") +
          (words.includes("V") ? " volatile" : "");
        return to.wraps ? { ...to, right: to.right + added } : { ...to, left: to.left + added };
      }
      case "F": {
        this.#at++;
        this.#eat("Y");
        const result = this.#type();
        const parameters = this.#parameters();
        if (!this.#eat("E")) this.#fail();
        return { left: spaced(result.left), right: `(${parameters})${result.right}`, wraps: true };
      }
      case "A": {
        this.#at++;
        const size = this.#match(/\d*/y);
        if (!this.#eat("_")) this.#fail();
        const of = this.#type();
        return { left: of.left, right: ` [${size}]${of.right.trimStart()}`, wraps: true };
      }
      case "M": {
        this.#at++;
        const of = textOf(this.#type());
        const member = this.#type();
        return member.wraps
          ? { left: `${member.left}(${of}::*`, right: `)${member.right}` }
          : { left: `${member.left} ${of}::*`, right: member.right };
      }
      case "T":
        return this.#template(this.#templateParameter());
      case "D": {
        if (!this.#eat("Dp")) return this.#fail();
        const type = this.#type();
        return type.pack === undefined ? { ...type, left: `${type.left}...` } : type;
      }
      case "u":
        this.#at++;
        return plain(this.#source());
      default: {
        const name = this.#inner(() => this.#name());
        return plain(name.text);
      }
    }
  }
}

/** Returns a template with its arguments; two brackets in a row would be a shift. */
function withArguments(name: string, args: string): string {
  return name.endsWith("<") ? `${name} ${args}` : name + args;
}

/** Returns the last part of a name, without template arguments: its constructor has that name. */
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

/** Returns the left half of a type with a blank after it, if there is none. */
function spaced(left: string): string {
  return /[ *&(]$/.test(left) && !/[*&]$/.test(left) ? left : `${left} `;
}
