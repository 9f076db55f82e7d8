// What the tests of components import: those of wasmtime expect a host that has these.

import { camelCase } from "./wast.ts";

/**
 * `(module (global (export "g") i32 i32.const 100) (func (export "f") (result i32) i32.const 101))`
 */
const SIMPLE_MODULE = Uint8Array.fromHex(
  "0061736d01000000010501600001" + "7f03020100060701" + "7f0041e4000b" + "0709020167030001660000" +
    "0a07010500" + "41e5000b",
);

/** Makes the imports of one file. */
export function makeHost(): Record<string, Record<string, unknown>> {
  let drops = 0;
  let lastDrop = 0;

  class Resource1 implements Disposable {
    readonly representation: number;

    constructor(representation: number) {
      this.representation = representation;
    }

    static assert(resource: Resource1, representation: number): void {
      resource.simple(representation);
    }

    static drops = () => drops;

    static lastDrop = () => lastDrop;

    simple(representation: number): void {
      if (this.representation !== representation) throw new Error("it is another resource");
    }

    takeBorrow(_other: Resource1): void {}

    takeOwn(_other: Resource1): void {}

    [Symbol.dispose](): void {
      drops++;
      lastDrop = this.representation;
    }
  }

  return {
    "": { hostEchoU32: (value: number) => value, hostReturnTwo: () => 2 },
    host: {
      returnThree: () => 3,
      nested: { returnFour: () => 4 },
      returnHi: () => "hi",
      simpleModule: new WebAssembly.Module(SIMPLE_MODULE),
      Resource1,
      Resource1Again: Resource1,
      Resource2: class Resource2 {},
    },
  };
}

/**
 * Returns what another component can import of one: its functions, its instances and its modules.
 */
export function exportsOf(
  interfaces: Readonly<Record<string, Record<string, unknown>>>,
): Record<string, unknown> {
  const { "": world, ...instances } = interfaces;
  const named = Object.entries(instances).map(([name, made]) => [camelCase(name), made]);
  return { ...world, ...Object.fromEntries(named) };
}
