import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { StructFields, StructType } from "../abi/struct.ts";
import type { PointerValue, StructArgument, StructValue } from "../abi/value_types.ts";
import { GuestError, orThrow, type Problem } from "../base/errors.ts";
import { problemsError } from "../base/misnomers.ts";
import { hasProperty, hex, show } from "../base/show.ts";
import { heldBlock, loadAllParts } from "../call/make_parts.ts";
import { structValues } from "../call/on_demand.ts";
import { pointerPlans } from "../imports/host_function.ts";
import { compileLift } from "../call/steps/result_steps.ts";
import { Problems } from "../check/shape.ts";
import { LAYOUT_SHAPES } from "../check/declaration_shapes.ts";
import { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { noAllocator } from "../instance/refusal.ts";
import { FARTHEST, isWhole, toOffset } from "../memory/pointer.ts";
import { hasFunctions, structs } from "../plan/flatten.ts";
import { resolveResult } from "../plan/parts.ts";

/** The guest that contains a struct. */
interface Home {
  readonly convention: Convention | CustomConvention | Problem;
  readonly instance: Instance;
  /** Returns the guest's current instance. */
  current(): Instance;
}

/**
 * A view of a struct in the guest's memory. Values are not cached: each read and each write
 * accesses memory.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/struct_types_stack.wasm", {
 *   symbols: { get_settings: { parameters: [], result: "pointer" } },
 * });
 * const fields = { width: "u32", scale: "f64" } as const;
 * const settings = await guest.struct({ type: "struct", fields }, guest.symbols.get_settings());
 * settings.write({ width: 640 });
 * assertEquals(settings.read(), { width: 640, scale: 1.5 });
 * ```
 */
export class GuestStruct<F extends StructFields = StructFields> {
  /** The address. */
  readonly pointer: number;
  readonly #type: StructType<F>;
  readonly #home: Home;
  readonly #read: (frame: Frame) => unknown;
  readonly #write: ReturnType<typeof structValues.module.compileUpdate>;

  /** Use `guest.struct` to make one. */
  constructor(type: StructType<F>, pointer: number, home: Home) {
    const { instance, convention } = home;
    const { memory, address64 } = instance;
    const word = address64 ? 8 : 4;
    const { layout, value } = structs.module.structAt(type, { result: 0 }, word);
    const subject = `the struct at ${hex(pointer)}`;
    memory.check("read", pointer, layout.size);
    this.pointer = pointer;
    this.#type = type;
    this.#home = home;
    const context = { convention, address64, info: instance.info };
    const problem = pointerPlans.loaded?.settleStruct(layout, subject, instance, context);
    if (problem !== undefined) throw problem.error();
    // The guest keeps its blocks.
    const plan = orThrow(resolveResult(value, {}, undefined, -1));
    const { lift } = compileLift(plan, {
      instance,
      layout: { area: 0, output: 1, word, symbol: subject, units: [] },
      symbol: subject,
      subject,
      block: 2,
      shared: true,
      holder: () => undefined,
    });
    this.#read = lift;
    this.#write = structValues.module.compileUpdate(layout, instance, {
      failing: ["write", `of ${subject}`],
      allocate(byteLength) {
        const blocks = heldBlock.loaded;
        if (blocks === undefined) throw noAllocator(convention, byteLength);
        return blocks.takeBlock(convention, instance, byteLength, () => true).pointer;
      },
    });
  }

  /**
   * Reads all fields, with the texts and the lists that they point to.
   *
   * @returns A copy.
   * @throws {GuestError} if the guest was reset, or the data behind a pointer cannot be read.
   */
  read(): StructValue<F> {
    this.#check("read");
    const frame = new Frame();
    frame.result = [this.pointer];
    return this.#read(frame) as StructValue<F>;
  }

  /**
   * Writes fields after checking all of them. Other fields keep their values. Data behind a pointer
   * is written to a new block from the guest's allocator, which the guest then owns; the previous
   * block is not freed.
   *
   * @param values The fields to write.
   * @throws {TypeError} if a value is not of its type, or a name is not a field.
   * @throws {GuestError} if the guest was reset, or has no allocator for data behind a pointer.
   */
  write(values: Partial<StructArgument<F>>): void {
    this.#check("write");
    this.#write(values, this.pointer);
  }

  /**
   * Returns a view of another struct of the same type.
   *
   * @param pointer Its address.
   * @throws {MemoryRangeError} if it is not within memory.
   */
  at(pointer: PointerValue): GuestStruct<F> {
    return new GuestStruct(this.#type, addressOf(pointer), this.#home);
  }

  #check(action: string): void {
    if (this.#home.current() === this.#home.instance) return;
    throw new GuestError(
      "disposed",
      `Cannot ${action} the struct at ${hex(this.pointer)}: the guest was reset since`,
    );
  }
}

/**
 * Returns a view of a struct at an address, after loading the code for it.
 *
 * @throws {TypeError} with every fault of the type.
 */
export async function viewStruct<F extends StructFields>(
  type: StructType<F>,
  pointer: PointerValue,
  convention: Home["convention"],
  current: Home["current"],
  guest: { functions(): Promise<unknown> },
): Promise<GuestStruct<F>> {
  const problems = new Problems("the type");
  const copy = problems.read(LAYOUT_SHAPES.struct.field, type, "") as StructType<F>;
  if (problems.lines.length > 0) throw problemsError("Cannot view a struct", problems.lines);
  await Promise.all([loadAllParts(), structs.load(), structValues.load()]);
  if (hasFunctions(copy)) await guest.functions();
  return new GuestStruct(copy, addressOf(pointer), { convention, instance: current(), current });
}

/** Returns an address that a struct can have. */
function addressOf(given: PointerValue): number {
  const pointer: unknown = hasProperty(given, "pointer") ? given.pointer : given;
  const isInteger = typeof pointer === "bigint" ||
    (typeof pointer === "number" && isWhole(pointer));
  const address = isInteger ? toOffset(pointer) : 0;
  if (address > 0 && address < FARTHEST) return address;
  throw new TypeError(
    `Cannot view a struct: its pointer is ${show(given)}, expected an address in memory`,
  );
}
