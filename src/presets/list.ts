import { ALLOCATOR, C_STRING } from "./allocator.ts";
import { ASSEMBLY_SCRIPT } from "./assembly_script.ts";
import { CANONICAL_ABI } from "./canonical_abi.ts";
import { JS_STRINGS } from "./js_strings.ts";
import type { Preset } from "./preset.ts";
import { IN_PLACE, STATIC_BUFFER } from "./static_buffer.ts";
import { WASM_BINDGEN } from "./wasm_bindgen.ts";

/** Every preset, in the order of detection, which is that of the guide's table. */
export const PRESETS: readonly Preset[] = [
  ASSEMBLY_SCRIPT,
  WASM_BINDGEN,
  CANONICAL_ABI,
  JS_STRINGS,
  STATIC_BUFFER,
  C_STRING,
  ALLOCATOR,
  IN_PLACE,
];
