// C++ exceptions as Emscripten's JavaScript carries them: "libexceptions.js" and
// "cxa_exception_emscripten.cpp". Older versions leave more to JavaScript and keep the adjusted
// address elsewhere, which the guest cannot see, so one layout and one way of counting serve all.

import { GuestError } from "../base/errors.ts";
import { once } from "../base/lazy.ts";
import { quote } from "../base/show.ts";
import { typeName } from "../call/cpp_exception.ts";
import type { Unwinding } from "./emscripten_unwinding.ts";

/** The offsets in the header of a thrown object, `__cxa_exception`, which ends where it begins. */
const HEADER = {
  count: 0,
  type: 4,
  destructor: 8,
  caught: 12,
  adjusted: 16,
} as const;

const HEADER_SIZE = 24;

/** The objects that one instance throws, counted until nothing holds them any more. */
export class ThrownObjects {
  readonly unwinding: Unwinding;
  /** The address of the object that was thrown last; 0 if it was caught. */
  #last = 0;
  /** The addresses of the objects that are being handled, the innermost last. */
  readonly #caught: number[] = [];
  /** The number of objects that were thrown and not caught yet. */
  uncaught = 0;
  readonly #catches = once(() => this.unwinding.take("__cxa_can_catch"));

  constructor(unwinding: Unwinding) {
    this.unwinding = unwinding;
  }

  #read(object: number, field: keyof typeof HEADER): number {
    const type = field === "caught" ? "u8" : "u32";
    return this.#memory.read(type, object - HEADER_SIZE + HEADER[field]) as number;
  }

  #write(object: number, field: keyof typeof HEADER, value: number): void {
    const type = field === "caught" ? "u8" : "u32";
    this.#memory.write(type, object - HEADER_SIZE + HEADER[field], value);
  }

  get #memory() {
    return this.unwinding.host.instance!.memory;
  }

  allocate(byteLength: number): number {
    const size = (byteLength >>> 0) + HEADER_SIZE;
    const pointer = this.unwinding.take("malloc")(size) as number >>> 0;
    if (pointer === 0) {
      const message = `no memory for an exception of ${byteLength >>> 0} bytes`;
      throw this.unwinding.host.abort(message);
    }
    this.#memory.clear(pointer, size);
    return pointer + HEADER_SIZE;
  }

  free(object: number): void {
    this.unwinding.take("free")((object >>> 0) - HEADER_SIZE);
  }

  throw(name: string, object: number, type: number, destructor: number): never {
    this.#write(object, "type", type);
    this.#write(object, "destructor", destructor);
    return this.#raise(name, object);
  }

  rethrow(name: string): never {
    const object = this.#caught.at(-1);
    if (object === undefined) {
      throw this.unwinding.host.abort("there is no exception to rethrow");
    }
    return this.throwAgain(name, object);
  }

  throwAgain(name: string, object: number): never {
    this.#write(object, "caught", 0);
    return this.#raise(name, object);
  }

  /** Throws an object. Each throw counts, and each handler that ends gives a count back. */
  #raise(name: string, object: number): never {
    this.#write(object, "adjusted", 0);
    this.retain(object);
    this.uncaught++;
    return this.resume(name, object);
  }

  /** Goes on to unwind, after a function has cleaned up. */
  resume(name: string, object: number): never {
    this.#last = object;
    return this.unwinding.unwind(name, () => this.#end(object));
  }

  /** Makes the error for an exception that nothing catches, and releases its object. */
  #end(object: number): GuestError {
    const type = typeName(this.#memory, this.#read(object, "type"));
    if (this.#read(object, "caught") === 0) this.uncaught--;
    this.#last = 0;
    this.release(object);
    return new GuestError(
      "exception",
      `Cannot go on: the guest threw a C++ exception of the type ${
        quote(type)
      } and did not catch it`,
      { details: { type } },
    );
  }

  /** Chooses the handler of the last exception among those that catch `types`; 0 catches all. */
  find(types: readonly number[]): number {
    const object = this.#last;
    this.unwinding.half = 0;
    if (object === 0) return 0;
    const type = this.#read(object, "type");
    if (type === 0) return object;
    this.#write(object, "adjusted", object);
    const adjusted = object - HEADER_SIZE + HEADER.adjusted;
    const isCaught = (wanted: number) =>
      wanted === 0 || wanted >>> 0 === type || this.#catches()(wanted, type, adjusted) !== 0;
    const found = types.find(isCaught);
    this.unwinding.half = found === undefined || found === 0 ? type : found;
    return object;
  }

  /** Begins a handler, and returns the address of what it catches. */
  begin(object: number): number {
    if (this.#read(object, "caught") === 0) {
      this.#write(object, "caught", 1);
      this.uncaught--;
    }
    this.#caught.push(object);
    return this.address(object);
  }

  /** Ends the innermost handler. */
  end(): void {
    this.unwinding.take("setThrew")(0, 0);
    const object = this.#caught.pop();
    if (object !== undefined) this.release(object);
    this.#last = 0;
  }

  /** Returns the address that a handler gets: of the caught base, or the thrown pointer itself. */
  address(object: number): number {
    const { unwinding } = this;
    if (unwinding.has("__cxa_get_exception_ptr")) {
      return unwinding.take("__cxa_get_exception_ptr")(object) as number;
    }
    const isPointer = unwinding.take("__cxa_is_pointer_type")(this.#read(object, "type")) !== 0;
    if (isPointer) return this.#memory.read("u32", object) as number;
    return this.#read(object, "adjusted") || object;
  }

  retain(object: number): void {
    this.#write(object, "count", this.#read(object, "count") + 1);
  }

  /** Gives a count back, and destroys the object with the last one. */
  release(object: number): void {
    const { unwinding } = this;
    if (unwinding.has("__cxa_decrement_exception_refcount")) {
      unwinding.take("__cxa_decrement_exception_refcount")(object);
      return;
    }
    const count = this.#read(object, "count") - 1;
    this.#write(object, "count", count);
    if (count > 0) return;
    const destructor = this.#read(object, "destructor");
    if (destructor !== 0) unwinding.entry(destructor)(object);
    this.free(object);
  }

  /** Returns the object that is being handled, for a `std::exception_ptr` that counts; or 0. */
  current(): number {
    const object = this.#caught.at(-1) ?? 0;
    if (object !== 0) this.retain(object);
    return object;
  }

  currentType(): number {
    const object = this.#caught.at(-1);
    return object === undefined ? 0 : this.#read(object, "type");
  }
}
