import type { ModuleInfo } from "../binary/types.ts";
import { GuestError } from "../errors.ts";
import type { Convention } from "./convention.ts";
import { detectAllocators } from "./detect_allocators.ts";
import { detectBuffers } from "./detect_buffers.ts";
import { noConvention } from "./detect_nothing.ts";
import { detectReferences, TOOLCHAINS } from "./detect_toolchains.ts";

/** A convention and why it was chosen. */
export interface Detected {
  readonly convention: Convention;
  readonly reason: string;
}

/**
 * Recognises a guest's convention from its binary alone: no guest code runs.
 *
 * @returns what was recognised, or an error that says what there is and which option settles it.
 */
export function detectConvention(info: ModuleInfo): Detected | GuestError {
  for (const recognise of TOOLCHAINS) {
    const found = oneOf(recognise(info));
    if (found !== undefined) return found;
  }
  // A reference can be anything: it tells of strings only where nothing else takes them.
  return oneOf([...detectBuffers(info), ...detectAllocators(info)]) ??
    detectReferences(info) ?? noConvention(info);
}

function oneOf(found: readonly Detected[]): Detected | GuestError | undefined {
  if (found.length < 2) return found[0];
  const options = found.map(({ convention, reason }) =>
    `convention: ${convention.expression} (${reason})`
  );
  return new GuestError(
    "ambiguous-convention",
    `Cannot tell how the guest passes text: ${found.length} conventions fit, ` +
      `expected one of the options ${options.join(" or ")}`,
  );
}
