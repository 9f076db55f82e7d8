import { LoadError, WasmFormatError } from "../../base/errors.ts";
import { readComponent, refuseAsync } from "../../component/component.ts";
import type { Component, Extern } from "../../component/types.ts";
import type { SourceBytes } from "../../source/source_types.ts";
import { isWasiInterface } from "../../wasi/modules.ts";
import { writeWit } from "../../component/write_wit.ts";
import { listCalls } from "./component_calls.ts";
import { describeProblem } from "./inspected_functions.ts";
import type {
  InspectedComponent,
  InspectedCoreModule,
  InspectedExtern,
  Inspection,
} from "./inspection.ts";
import { writeLoad } from "./load_line.ts";

/**
 * Describes a component, with the line that loads it, or why it cannot be read or loaded.
 *
 * @param source The source as the user wrote it.
 */
export function inspectComponent(
  { bytes, ...given }: SourceBytes,
  source: string,
): Pick<Inspection, "component" | "load" | "problem"> {
  let described: InspectedComponent | undefined;
  try {
    const component = readComponent(bytes);
    described = describe(component);
    refuseAsync(component, given);
    const isOpen = component.type.imports.some(({ name, type }) =>
      type.sort !== "type" && !isWasiInterface(name)
    );
    return {
      component: described,
      load: writeLoad(source, isOpen ? ['missing: "trap"'] : []),
    };
  } catch (error) {
    if (!(error instanceof WasmFormatError || error instanceof LoadError)) throw error;
    return {
      ...(described !== undefined && { component: described }),
      problem: describeProblem(error),
    };
  }
}

function describe(component: Component): InspectedComponent {
  const coreModules: InspectedCoreModule[] = [];
  const counts = { components: 0 };
  collect(component, "", coreModules, counts);
  const { world, packages } = writeWit(component);
  const functions = listCalls(component.type);
  return {
    imports: component.type.imports.map(describeExtern),
    exports: component.type.exports.map(describeExtern),
    functions: functions.map(({ name, wit, line }) => ({ name, type: wit, line })),
    wit: [world, ...packages].join("\n\n"),
    features: component.features,
    coreModules,
    nestedComponents: counts.components,
  };
}

function describeExtern({ name, implements: of, externalId, type }: Extern): InspectedExtern {
  return {
    name,
    sort: type.sort,
    ...(of !== undefined && { implements: of }),
    ...(externalId !== undefined && { externalId }),
  };
}

/** Collects the core modules of a component and of nested ones, with their places. */
function collect(
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
      collect(item.component, `${path}component ${components++}, `, coreModules, counts);
    } else if (item.kind === "core module") {
      const { contents, byteLength, type: { imports, exports } } = item;
      coreModules.push({
        place: `${path}core module ${modules++}`,
        offset: contents,
        byteLength,
        imports: imports.length,
        exports: exports.map(({ name }) => name),
      });
    }
  }
}
