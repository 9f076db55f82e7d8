// C++ exceptions as Emscripten's JavaScript carries them: "libexceptions.js" and
// "cxa_exception_emscripten.cpp". Older versions leave more to JavaScript and keep the adjusted
// address elsewhere, which the guest cannot see, so one layout and one way of counting work for all
// versions.

import type { CoreFunction } from "../abi/core_value.ts";
import { GuestError } from "../base/errors.ts";
import { once } from "../base/lazy.ts";
import { quote } from "../base/show.ts";
import { typeName } from "../call/cpp_exception.ts";
import type { Unwinding } from "./emscripten_unwinding.ts";

// The offsets in the header of a thrown object, `__cxa_exception`, relative to the object.
const COUNT = 0;
const TYPE = 4;
const DESTRUCTOR = 8;
const CAUGHT = 12;
const ADJUSTED = 16;
const HEADER_SIZE = 24;

/** The objects that one instance throws, with their reference counts. */
export class ThrownObjects {
  readonly unwinding: Unwinding;
  /** The address of the object that was thrown last; 0 if it was caught. */
  #last = 0;
  /** The addresses of the objects that are being handled, the innermost last. */
  readonly #caught: number[] = [];
  /** The number of objects that were thrown and have not been caught. */
  uncaught = 0;
  // Exports are looked up on first use.
  readonly #memory = once(() => this.unwinding.host.instance!.memory);
  readonly #malloc = once(() => this.unwinding.take("malloc"));
  readonly #free = once(() => this.unwinding.take("free"));
  readonly #catches = once(() => this.unwinding.take("__cxa_can_catch"));
  readonly #isPointer = once(() => this.unwinding.take("__cxa_is_pointer_type"));
  readonly #addressOf = once(() => this.#optional("__cxa_get_exception_ptr"));
  readonly #giveBack = once(() => this.#optional("__cxa_decrement_exception_refcount"));

  constructor(unwinding: Unwinding) {
    this.unwinding = unwinding;
  }

  #optional(name: string): CoreFunction | undefined {
    return this.unwinding.has(name) ? this.unwinding.take(name) : undefined;
  }

  #read(object: number, field: number): number {
    const memory = this.#memory();
    const at = memory.check("read", object - HEADER_SIZE, HEADER_SIZE) + field;
    return memory.data().getUint32(at, true);
  }

  #write(object: number, field: number, value: number): void {
    const memory = this.#memory();
    const at = memory.check("write", object - HEADER_SIZE, HEADER_SIZE) + field;
    memory.data().setUint32(at, value, true);
  }

  /** Returns whether a handler has started, which is stored in one byte of the word. */
  #isCaught(object: number): boolean {
    return (this.#read(object, CAUGHT) & 0xff) !== 0;
  }

  #setCaught(object: number, caught: 0 | 1): void {
    this.#write(object, CAUGHT, this.#read(object, CAUGHT) & ~0xff | caught);
  }

  allocate(byteLength: number): number {
    const size = (byteLength >>> 0) + HEADER_SIZE;
    const pointer = this.#malloc()(size) as number >>> 0;
    if (pointer === 0) {
      const message = `no memory for an exception of ${byteLength >>> 0} bytes`;
      throw this.unwinding.host.abort(message);
    }
    this.#memory().clear(pointer, size);
    return pointer + HEADER_SIZE;
  }

  free(object: number): void {
    this.#free()((object >>> 0) - HEADER_SIZE);
  }

  // These return what the import throws.

  throw(name: string, object: number, type: number, destructor: number): unknown {
    this.#write(object, TYPE, type);
    this.#write(object, DESTRUCTOR, destructor);
    return this.#raise(name, object);
  }

  rethrow(name: string): unknown {
    const object = this.#caught.at(-1);
    if (object === undefined) {
      return this.unwinding.host.abort("there is no exception to rethrow");
    }
    return this.throwAgain(name, object);
  }

  throwAgain(name: string, object: number): unknown {
    this.#setCaught(object, 0);
    return this.#raise(name, object);
  }

  /**
   * Throws an object. Each throw increments its count, and the end of each handler decrements it.
   */
  #raise(name: string, object: number): unknown {
    this.#write(object, ADJUSTED, 0);
    this.retain(object);
    this.uncaught++;
    return this.resume(name, object);
  }

  /** Continues to unwind after a cleanup. */
  resume(name: string, object: number): unknown {
    this.#last = object;
    return this.unwinding.unwind(name, () => this.#end(object));
  }

  /** Makes the error for an uncaught exception, and releases its object. */
  #end(object: number): GuestError {
    const type = typeName(this.#memory(), this.#read(object, TYPE));
    if (!this.#isCaught(object)) this.uncaught--;
    this.#last = 0;
    this.release(object);
    return new GuestError(
      "exception",
      `Cannot continue: the guest threw a C++ exception of the type ${
        quote(type)
      } and did not catch it` + (this.unwinding.host.instance?.caps?.tell() ?? ""),
      { details: { type } },
    );
  }

  /** Chooses the handler of the last exception among those that catch `types`; 0 catches all. */
  find(types: readonly number[]): number {
    const object = this.#last;
    this.unwinding.half = 0;
    if (object === 0) return 0;
    const type = this.#read(object, TYPE);
    if (type === 0) return object;
    this.#write(object, ADJUSTED, object);
    const adjusted = object - HEADER_SIZE + ADJUSTED;
    const isCaught = (wanted: number) =>
      wanted === 0 || wanted >>> 0 === type || this.#catches()(wanted, type, adjusted) !== 0;
    const found = types.find(isCaught);
    this.unwinding.half = found === undefined || found === 0 ? type : found;
    return object;
  }

  /** Starts a handler, and returns the address that it catches. */
  begin(object: number): number {
    if (!this.#isCaught(object)) {
      this.#setCaught(object, 1);
      this.uncaught--;
    }
    this.#caught.push(object);
    return this.address(object);
  }

  /** Ends the innermost handler. */
  end(): void {
    this.unwinding.landing().setThrew(0, 0);
    const object = this.#caught.pop();
    if (object !== undefined) this.release(object);
    this.#last = 0;
  }

  /** Returns the address that a handler gets: of the caught base, or the thrown pointer itself. */
  address(object: number): number {
    const addressOf = this.#addressOf();
    if (addressOf !== undefined) return addressOf(object) as number;
    const isPointer = this.#isPointer()(this.#read(object, TYPE)) !== 0;
    if (isPointer) return this.#memory().read("u32", object) as number;
    return this.#read(object, ADJUSTED) || object;
  }

  retain(object: number): void {
    this.#write(object, COUNT, this.#read(object, COUNT) + 1);
  }

  /** Decrements the count, and destroys the object at zero. */
  release(object: number): void {
    const giveBack = this.#giveBack();
    if (giveBack !== undefined) {
      giveBack(object);
      return;
    }
    const count = this.#read(object, COUNT) - 1;
    this.#write(object, COUNT, count);
    if (count > 0) return;
    const destructor = this.#read(object, DESTRUCTOR);
    if (destructor !== 0) this.unwinding.entry(destructor)(object);
    this.free(object);
  }

  /**
   * Returns the object that is being handled, for a `std::exception_ptr`, or 0. Increments its
   * count.
   */
  current(): number {
    const object = this.#caught.at(-1) ?? 0;
    if (object !== 0) this.retain(object);
    return object;
  }

  currentType(): number {
    const object = this.#caught.at(-1);
    return object === undefined ? 0 : this.#read(object, TYPE);
  }
}
