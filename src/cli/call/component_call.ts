import { GuestError } from "../../base/errors.ts";
import { isArray, list, quote } from "../../base/show.ts";
import { readComponent, refuseAsync } from "../../component/component.ts";
import { shortNames } from "../../component/names.ts";
import type { ComponentType, Labeled, Type, ValueType } from "../../component/types.ts";
import { unnamed } from "../../component/value_types.ts";
import { isNullable } from "../../component/values/codecs.ts";
import { camelCase } from "../../component/values/js_shapes.ts";
import { formatType, typeNames } from "../../component/wit_types.ts";
import type { Guest } from "../../guest.ts";
import type { SourceBytes } from "../../source/source_types.ts";
import { type ComponentFunction, listCalls, RUN_LINE } from "../inspect/component_calls.ts";
import {
  checkCount,
  type GivenArgument,
  integerOf,
  literalOf,
  numberOf,
  textOf,
} from "./call_arguments.ts";
import { missingFunction } from "./choose_way.ts";

/**
 * Chooses the function of a component that is called, with values for its parameters.
 *
 * @param name The name after that of its interface, with or without a version, or alone if it is
 * unique.
 * @throws {GuestError} if there is no such function, or it cannot be called from the command line.
 * @throws {LoadError} if the component is asynchronous.
 */
export function chooseComponentCall(
  file: SourceBytes,
  name: string,
  args: readonly GivenArgument[],
): (guest: Guest) => unknown {
  const component = readComponent(file.bytes);
  refuseAsync(component, file);
  const { type } = component;
  const { owner, key, type: { parameters } } = findCall(type, name);
  const names = typeNames(type);
  checkCount(args, parameters.map(({ type }) => formatType(type, names)), name);
  const values = args.map((argument, index) => toValue(argument, parameters[index]!));
  return ({ interfaces }) => interfaces[owner][key](...values);
}

/** A function that is not a method of a resource. */
export type Callable = ComponentFunction & { readonly key: string };

/** Returns the functions of a component that can be called by their names. */
export function listCallable(type: ComponentType): Callable[] {
  return listCalls(type).filter((item): item is Callable =>
    item.key !== undefined && item.line !== RUN_LINE
  );
}

function findCall(type: ComponentType, name: string): Callable {
  const calls = listCalls(type);
  const short = shortNames(type.exports.map(({ name }) => name));
  const namesOf = ({ owner, name }: ComponentFunction) => {
    if (owner === "") return [name];
    const own = name.slice(owner.length + 1);
    return [name, `${short.get(owner)}#${own}`, own];
  };
  for (const at of [0, 1, 2]) {
    const found = calls.filter((item) => namesOf(item)[at] === name);
    if (found.length > 1) {
      const names = list(found.map(({ name }) => name));
      throw refusal(name, `several interfaces have it, expected one of ${names}`);
    }
    const [only] = found;
    if (only === undefined) continue;
    if (only.line === RUN_LINE) throw refusal(name, "it runs the whole component, expected _start");
    if (only.key !== undefined) return only as Callable;
    const problem = "it belongs to a resource, which only a program can hold, expected ";
    throw refusal(name, `${problem}one with ${only.line}`);
  }
  const callable = listCallable(type);
  throw missingFunction(name, callable.map(({ name }) => name), callable.flatMap(namesOf));
}

function refusal(name: string, problem: string): GuestError {
  const message = `Cannot call ${quote(name)}: ${problem}`;
  return new GuestError("missing-export", message, { export: name });
}

/** Converts an argument to a value of its parameter. The call itself checks the value. */
export function toValue(argument: GivenArgument, { name, type }: Labeled): unknown {
  const bare = unnamed(type);
  switch (bare.kind) {
    case "primitive":
      if (bare.name === "string" || bare.name === "char") return textOf(argument);
      if (bare.name === "bool") return literalOf(argument);
      return isBig(bare) ? BigInt(integerOf(argument, bare.name)) : numberOf(argument, bare.name);
    case "enum":
      return textOf(argument);
    case "list":
      if (typeof argument.content !== "string" && isBytes(bare)) return argument.content;
      break;
    case "option":
      if (!isNullable(bare)) break;
      return argument.content === "null" ? null : toValue(argument, { name, type: bare.type });
    case "own":
    case "borrow":
      throw new TypeError(
        `Cannot pass ${quote(argument.name)} as ${quote(name)}: it is a resource, which only a ` +
          "program can hold",
      );
  }
  return widen(literalOf(argument), type);
}

function isBig(type: Type): boolean {
  return type.kind === "primitive" && (type.name === "s64" || type.name === "u64");
}

function isBytes({ type }: Extract<Type, { kind: "list" }>): boolean {
  const bare = unnamed(type);
  return bare.kind === "primitive" && bare.name === "u8";
}

/** Converts integers in a value to bigints if their types are 64 bits wide. */
function widen(value: unknown, type: ValueType): unknown {
  const bare = unnamed(type);
  if (bare.kind === "option" && isNullable(bare)) return widen(value, bare.type);
  if (isBig(bare)) return Number.isSafeInteger(value) ? BigInt(value as number) : value;
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  switch (bare.kind) {
    case "list":
      return isArray(value) ? value.map((item) => widen(item, bare.type)) : value;
    case "tuple":
      return isArray(value) ? value.map((item, at) => widen(item, bare.types[at]!)) : value;
    case "map":
      return isArray(value)
        ? value.map((entry) => widen(entry, { kind: "tuple", types: [bare.key, bare.value] }))
        : value;
    case "record": {
      const widened = bare.fields.map(({ name, type }) => {
        const key = camelCase(name);
        return [key, widen(fields[key], type)];
      });
      return { ...value, ...Object.fromEntries(widened) };
    }
    case "variant":
    case "result":
    case "option": {
      const payload = payloadOf(bare, fields.tag);
      return payload === undefined ? value : { ...value, val: widen(fields.val, payload) };
    }
  }
  return value;
}

/** Returns the type of the payload of a case. */
function payloadOf(
  type: Extract<Type, { kind: "variant" | "result" | "option" }>,
  tag: unknown,
): ValueType | undefined {
  switch (type.kind) {
    case "variant":
      return type.cases.find(({ name }) => name === tag)?.type;
    case "result":
      return tag === "ok" ? type.ok : type.error;
    case "option":
      return type.type;
  }
}
