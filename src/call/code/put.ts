import type { BlockSource } from "../../abi/block_source.ts";
import type { ContentKind } from "../../abi/number.ts";
import type { Value } from "../../abi/value.ts";
import { byteLengthOf, classOf } from "../../base/typed_arrays.ts";
import { OnDemand } from "../../base/lazy.ts";
import type { CodecName } from "../../memory/text/codec.ts";
import { buffersOf } from "../../plan/plan_blocks.ts";
import { classNameOf, compileContent, losesTrailingNuls, unitOf } from "../content.ts";
import { isFresh } from "../blocks/buffer_capacity.ts";
import { type CallCode, hasNoMore } from "./call_code.ts";
import { writeLocation, writeValue } from "./value.ts";
import type { Data, Putting } from "./write_content.ts";
import type { Otherwise, Scope } from "./scope.ts";

/** The fast forms of putting data into a block of its own. */
export const putBlock = new OnDemand(() => import("./put_block.ts"));

/** Writes putting text, bytes or an array into the guest. */
export function writePut(
  parameter: Data,
  argument: number,
  code: CallCode,
  otherwise: Otherwise,
): boolean {
  // The fast form must not ignore a part of a parameter that is added later: the compiler refuses
  // it.
  const {
    kind: _kind,
    content,
    encoding,
    place,
    terminated: _terminated,
    free: _free,
    unfreed: _unfreed,
    byteLength: _byteLength,
    nullable,
    ...others
  } = parameter;
  if (encoding === "latin1+utf16" || !hasNoMore(others)) return false;
  const putting: Putting = {
    parameter,
    argument,
    code,
    otherwise,
    unit: unitOf(content, encoding),
    value: `a${argument}`,
    pointer: code.local("pointers", argument),
    byteLength: code.local("byteLengths", argument),
    size: code.local("sizes", argument),
  };
  if (!nullable) return writeInto(putting, place);
  const { value, pointer, byteLength, size } = putting;
  const codeUnits = code.local("codeUnits", argument);
  code.add(
    `if (${value} === null) ${pointer} = ${byteLength} = ${codeUnits} = ${size} = 0; else {`,
  );
  const isWritten = writeInto(putting, place);
  code.add("}");
  return isWritten;
}

function writeInto(putting: Putting, place: BlockSource): boolean {
  switch (place.kind) {
    case "buffer":
      return writeIntoBuffer(putting, place);
    case "allocator":
      return putBlock.module.writeAllocated(putting, place, writeFit);
    case "stack":
      return putBlock.module.writeOnStack(putting, writeFit);
    default:
      return false;
  }
}

/** Writes the test that the fast form can take a value. */
function writeFit({ parameter, code, otherwise, value }: Putting): void {
  const unfit = writeUnfit(parameter.content, value, code);
  const loses = losesTrailingNuls(parameter, code.plan)
    ? ` || ${value}.charCodeAt(${value}.length - 1) === 0`
    : "";
  code.add(`if (${unfit}${loses}) ${otherwise()}`);
}

/** Returns the source of the test that a value is not text, bytes or an array as declared. */
export function writeUnfit(content: ContentKind, value: string, code: CallCode): string {
  return content === "string"
    ? `typeof ${value} !== "string"`
    : `${code.constant(classOf)}(${value}) !== "${classNameOf(content)}"`;
}

function writeIntoBuffer(
  putting: Putting,
  place: BlockSource & { readonly kind: "buffer" },
): boolean {
  const { kind: _kind, pointer: _pointer, offset: _offset, capacity: _capacity, ...others } = place;
  if (!hasNoMore(others)) return false;
  const { parameter, argument, code, unit, value, pointer, byteLength, size } = putting;
  const { content, encoding, terminated } = parameter;
  // A guest that looks for a NUL must not get one: the run form refuses it with its index.
  if (terminated === "always" || typeof content === "object") return false;
  // The run form checks whether it overlaps another buffer or an allocated block.
  if (buffersOf(code.plan) > 1 || code.claims && code.handedOut.length > 0) return false;
  writeFit(putting);
  const { otherwise } = putting;
  const scope: Scope = { result: "undefined", types: [], otherwise, key: code.fresh("before") };
  if (!writeLocation(place, pointer, "write", scope, code)) return false;
  const capacity = code.fresh("capacity");
  const stated = isFresh(place.capacity) ? place.capacity as Value : undefined;
  const source = code.of(`source ${argument}`, ({ sources }) => sources[argument]);
  const known = code.of(
    `capacity ${argument}`,
    ({ sources }) => sources[argument]!.buffer!.capacity,
  );
  if (stated === undefined) {
    code.add(`let ${capacity} = ${known}.known(${pointer});
    if (${capacity} < 0) { ${code.aside(`${capacity} = ${known}.within(frame, ${pointer});`)} }`);
  } else {
    code.add(`const ${capacity} = ${writeValue(stated, scope, code, "count").offset};
    ${code.bounds("write", pointer, capacity)}`);
  }
  if (content === "bytes") {
    const measured = code.fresh("measured");
    const write = code.of(
      "write bytes",
      ({ instance }) => compileContent(instance.memory, "bytes", "utf-8").write,
    );
    code.add(`const ${measured} = ${code.constant(byteLengthOf)}(${value});
    ${byteLength} = ${measured} > 0 && ${measured} <= ${capacity}
      ? (${code.memory}.bytes().set(${value}, ${pointer}), ${measured})
      : ${write}(${value}, ${pointer}, ${capacity});`);
  } else {
    code.add(`${byteLength} = ${code.encode(encoding as CodecName, value, pointer, capacity)};`);
  }
  const measure = code.of(
    `measure ${argument}`,
    ({ instance }) => compileContent(instance.memory, content, encoding).measure,
  );
  // The error is about the capacity that was found last, which only the run form notes.
  const refuse = stated === undefined
    ? `throw ${source}.buffer.tooLarge(${measure}(${value}), ${capacity});`
    : otherwise();
  code.add(`if (${byteLength} < 0) ${refuse}
    ${size} = ${capacity};`);
  if (terminated !== "never") writeNul(putting, capacity);
  code.set("codeUnits", argument, unit === 1 ? byteLength : `${byteLength} / ${unit}`);
  if (code.claims) {
    const end = terminated === "never"
      ? byteLength
      : `Math.min(${byteLength} + ${unit}, ${capacity})`;
    const claim = code.of(`claim ${argument}`, ({ sources }) => sources[argument]!.buffer!.claim);
    // No outer call claims anything here; if one does, the run form takes over.
    const own = code.of(`own claim ${argument}`, ({ sources }) => {
      const { buffer } = sources[argument]!;
      return buffer!.claim && buffer!.claimOf();
    });
    code.add(`${claim}?.(${own}, ${pointer}, ${end}, ${capacity});`);
  }
  return true;
}

/** Writes a NUL after the text if there is room for it. */
function writeNul({ code, unit, pointer, byteLength }: Putting, capacity: string): void {
  const bytes = code.fresh("bytes");
  const second = unit === 2 ? ` ${bytes}[${pointer} + ${byteLength} + 1] = 0;` : "";
  code.add(`if (${byteLength} + ${unit} <= ${capacity}) {
      const ${bytes} = ${code.memory}.bytes();
      ${bytes}[${pointer} + ${byteLength}] = 0;${second}
    }`);
}
