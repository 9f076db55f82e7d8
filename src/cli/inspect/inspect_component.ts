import { WasmFormatError } from "../../base/errors.ts";
import { hex } from "../../base/show.ts";
import { readModule } from "../../binary/module.ts";
import { readComponent } from "../../component/component.ts";
import type { Component, Extern } from "../../component/types.ts";
import { writeWit } from "../../component/write_wit.ts";
import { describeProblem } from "./inspected_functions.ts";
import type {
  InspectedComponent,
  InspectedCoreModule,
  InspectedExtern,
  InspectedProblem,
} from "./inspection.ts";

/** Describes a component; or why it cannot be read. */
export function inspectComponent(
  bytes: Uint8Array,
): { readonly component: InspectedComponent } | { readonly problem: InspectedProblem } {
  try {
    const component = readComponent(bytes);
    const coreModules: InspectedCoreModule[] = [];
    const counts = { components: 0 };
    collect(bytes, component, "", coreModules, counts);
    const { world, packages } = writeWit(component);
    return {
      component: {
        imports: component.type.imports.map(describeExtern),
        exports: component.type.exports.map(describeExtern),
        wit: [world, ...packages].join("\n\n"),
        features: component.features,
        coreModules,
        nestedComponents: counts.components,
      },
    };
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    return { problem: describeProblem(error) };
  }
}

function describeExtern({ name, implements: of, externalId, type }: Extern): InspectedExtern {
  return {
    name,
    sort: type.sort,
    ...(of !== undefined && { implements: of }),
    ...(externalId !== undefined && { externalId }),
  };
}

/** Collects the core modules of a component and of those within it, with their places. */
function collect(
  bytes: Uint8Array,
  component: Component,
  path: string,
  coreModules: InspectedCoreModule[],
  counts: { components: number },
): void {
  let modules = 0;
  let components = 0;
  for (const item of component.definitions) {
    if (item.kind === "component") {
      counts.components++;
      collect(bytes, item.component, `${path}component ${components++}, `, coreModules, counts);
    } else if (item.kind === "core module") {
      const { contents, byteLength } = item;
      const place = `${path}core module ${modules++}`;
      const { imports, exports } = readWithin(bytes, contents, byteLength, place);
      coreModules.push({
        place,
        offset: contents,
        byteLength,
        imports: imports.length,
        exports: exports.map(({ name }) => name),
      });
    }
  }
}

/** Reads a core module; errors have its place, since their own offsets begin there. */
function readWithin(bytes: Uint8Array, start: number, byteLength: number, place: string) {
  try {
    return readModule(bytes.subarray(start, start + byteLength));
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    const { message, offset } = error;
    throw new WasmFormatError(
      `Cannot read ${place}, whose offsets count from ${hex(start)}: ${message}`,
      start + offset,
      { cause: error },
    );
  }
}
