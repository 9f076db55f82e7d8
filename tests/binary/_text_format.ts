import type {
  ConstantValue,
  DataSegment,
  FunctionType,
  GlobalType,
  Limits,
  MemoryType,
  TableType,
  ValueType,
} from "../../src/binary/types.ts";
import { type Expression, nameOf, type Text } from "./_s_expression.ts";

/** Reads the declarations from the text of a module as wabt writes it; types are numbered. */
export class TextModule {
  readonly types: FunctionType[] = [];
  readonly imports: unknown[] = [];
  readonly exports: unknown[] = [];
  readonly functions: FunctionType[] = [];
  readonly tables: TableType[] = [];
  readonly memories: MemoryType[] = [];
  readonly globals: unknown[] = [];
  readonly tags: { function: FunctionType }[] = [];
  readonly dataSegments: DataSegment[] = [];
  start: number | undefined;

  /** Takes the expression `(module …)`. */
  constructor(module: Expression) {
    for (const field of fields(module)) this.#add(field);
  }

  #add(field: readonly Expression[]): void {
    switch (field[0]) {
      case "type":
        this.types.push(functionType(fields(field)[0]!));
        break;
      case "import":
        this.imports.push({
          module: nameOf(field[1]),
          name: nameOf(field[2]),
          ...this.#define(field[3] as readonly Expression[], false),
        });
        break;
      case "export":
        this.exports.push(this.#export(nameOf(field[1]), field[2] as readonly Expression[]));
        break;
      case "start":
        this.start = Number(field[1]);
        break;
      case "data":
        this.dataSegments.push(dataSegment(field));
        break;
      case "func":
      case "table":
      case "memory":
      case "global":
      case "tag":
        this.#define(field, true);
    }
  }

  #define(field: readonly Expression[], own: boolean): { kind: string; type: unknown } {
    const rest = field.slice(1);
    switch (field[0]) {
      case "table": {
        const type = { ...limits(rest), element: rest.at(-1) as ValueType };
        this.tables.push(type);
        return { kind: "table", type };
      }
      case "memory": {
        const type = { ...limits(rest), pageSize: 65536 };
        this.memories.push(type);
        return { kind: "memory", type };
      }
      case "global": {
        const type = globalType(rest[0]!);
        this.globals.push(own ? { ...type, initial: constant(rest[1]!) } : type);
        return { kind: "global", type };
      }
    }
    const type = this.types[Number((rest[0] as readonly Expression[])[1])]!;
    if (field[0] === "tag") {
      this.tags.push({ function: type });
      return { kind: "tag", type: { function: type } };
    }
    this.functions.push(type);
    return { kind: "function", type };
  }

  #export(name: string, [kind, at]: readonly Expression[]): unknown {
    const index = Number(at);
    switch (kind) {
      case "func":
        return { name, kind: "function", index, type: this.functions[index] };
      case "table":
        return { name, kind, index, type: this.tables[index] };
      case "memory":
        return { name, kind, index, type: this.memories[index] };
      case "tag":
        return { name, kind, index, type: this.tags[index] };
    }
    const { type, mutable } = this.globals[index] as GlobalType;
    return { name, kind, index, type: { type, mutable } };
  }
}

function fields(expression: Expression): (readonly Expression[])[] {
  return (expression as readonly Expression[]).filter((each) => Array.isArray(each));
}

function functionType(expression: readonly Expression[]): FunctionType {
  const named = (name: string) =>
    fields(expression).filter(([head]) => head === name).flatMap((each) => each.slice(1));
  return {
    parameters: named("param") as ValueType[],
    results: named("result") as ValueType[],
  };
}

function globalType(expression: Expression): GlobalType {
  return typeof expression === "string"
    ? { type: expression as ValueType, mutable: false }
    : { type: (expression as readonly Expression[])[1] as ValueType, mutable: true };
}

function limits(rest: readonly Expression[]): Limits {
  const address = rest.includes("i64") ? "i64" : "i32";
  const digits = rest.map((each) => `${each}`).filter((each) => /^\d+$/.test(each));
  const [minimum, maximum] = digits.map((each) => address === "i64" ? BigInt(each) : Number(each));
  const shared = rest.includes("shared");
  const least = { minimum: minimum!, shared, address } as const;
  return maximum === undefined ? least : { ...least, maximum };
}

function constant(expression: Expression): ConstantValue {
  const [instruction, immediate, ...more] = expression as readonly Expression[];
  if (more.length > 0) return { expression: true };
  switch (instruction) {
    case "i32.const":
      return { value: Number(immediate) };
    case "i64.const":
      return { value: BigInt(immediate as string) };
    case "f32.const":
    case "f64.const":
      return { value: hexFloat(immediate as string) };
    case "global.get":
      return { global: Number(immediate) };
  }
  return { expression: true };
}

function hexFloat(text: string): number {
  const match = /^(-?)0x([0-9a-f]+)(?:\.([0-9a-f]+))?(?:p([+-]\d+))?$/.exec(text);
  if (match === null) return text.endsWith("inf") ? (text[0] === "-" ? -Infinity : Infinity) : NaN;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const value = parseInt(whole! + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

function dataSegment(field: readonly Expression[]): DataSegment {
  const strings = field.filter((each): each is Text => typeof each === "object" && "bytes" in each);
  const byteLength = strings.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const lists = fields(field);
  if (lists.length === 0) return { byteLength };
  const memory = lists.length === 2 ? Number(lists[0]![1]) : 0;
  return { memory, offset: constant(lists.at(-1)!), byteLength };
}
