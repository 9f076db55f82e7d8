import type { Place, Value } from "../conventions/convention.ts";
import type { BlockCall } from "../conventions/convention.ts";
import type { Recipe } from "../conventions/recipe.ts";
import { unitOf } from "./content.ts";
import type { Frame } from "./frame.ts";
import type { Realm } from "./realm.ts";
import { compileStore, type Store } from "./store.ts";
import { isEach } from "./strings.ts";
import type { Layout } from "./values.ts";

/** The stores of one symbol's blocks, by their index in the frame. */
export type Stores = readonly (Store | undefined)[];

/** The block beside that of a parameter: for what a store keeps, or for one of several texts. */
export function besideOf(parameter: number, parameters: number): number {
  // The return area and the output buffer come behind the parameters.
  return parameters + 2 + parameter;
}

/** The store of each parameter of text or bytes, of the return area and of the output buffer. */
export function compileStores(
  { export: symbol, parameters, area, output }: Recipe,
  realm: Realm,
  layout: Layout,
): Stores {
  const stores: (Store | undefined)[] = parameters.map((parameter, index) => {
    const beside = besideOf(index, parameters.length);
    if (parameter.kind === "strings") {
      const terminated = isEach(parameter) && parameter.terminated ? "always" : "never";
      const { place, free } = parameter;
      return compileStore(place, realm, { symbol, terminated, free, align: layout.word, beside });
    }
    if (parameter.kind !== "text") return undefined;
    const { place, terminated, free, content, encoding } = parameter;
    const element = typeof content === "object" ? content.element : undefined;
    const align = unitOf(content, encoding);
    return compileStore(place, realm, { symbol, terminated, free, align, beside, element });
  });
  type Block = { readonly place: Place; readonly free?: BlockCall | undefined };
  const block = (part: Block | undefined, align: number) =>
    part && compileStore(part.place, realm, {
      symbol,
      terminated: "never",
      free: part.free,
      align,
      beside: besideOf(0, parameters.length),
    });
  stores[layout.area] = block(area, layout.word);
  stores[layout.output] = block(output, 1);
  return stores;
}

/** The block of the call that a result's pointer is the beginning of, if it is one. */
export function findHolder(
  pointer: Value,
  { parameters }: Recipe,
  layout: Layout,
  stores: Stores,
): { readonly store: Store; readonly index: number } | undefined {
  let index = -1;
  if (pointer === "output") index = layout.output;
  else if (typeof pointer === "object" && "argument" in pointer) index = pointer.argument;
  else if (typeof pointer === "number" || (typeof pointer === "object" && "export" in pointer)) {
    const place = typeof pointer === "number" ? pointer : pointer.export;
    index = parameters.findIndex((parameter) =>
      parameter.kind === "text" && parameter.place.kind === "buffer" &&
      parameter.place.pointer === place
    );
  }
  const store = stores[index];
  return store && { store, index };
}

/** Compiles taking the return area. */
export function compileTakeArea(
  byteLength: number,
  { memory }: Realm,
  { area }: Layout,
  stores: Stores,
): (frame: Frame) => void {
  const store = stores[area]!;
  return (frame) => {
    store.take(frame, area, byteLength);
    // What the guest leaves unwritten must not be what another call left.
    memory.clear(frame.pointers[area]!, byteLength);
  };
}
