// Advice for a guest whose missing imports show its origin. Loaded only if imports are missing.

import { LoadError } from "../base/errors.ts";
import { canBePasted, printKey } from "../presets/preset_options.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { importsWasi } from "../wasi/modules.ts";

/** An import by its two names. */
interface Named {
  readonly module: string;
  readonly name: string;
}

/** The evidence for the origin of a guest. */
interface Evidence {
  /** The missing imports. */
  readonly missing: readonly Named[];
  /** All imports. */
  readonly wanted: readonly Named[];
  /** Returns whether the module has a custom section of a name. */
  readonly hasSection: (name: string) => boolean;
}

/** The origin of a guest with missing imports, and advice. */
interface Origin {
  readonly fits: (evidence: Evidence) => boolean;
  /** A sentence without a full stop: the guest's kind, and the advice. */
  readonly says: string;
}

/** Returns whether a missing import is from a module of such a name. */
const from = (module: RegExp) => ({ missing }: Evidence): boolean =>
  missing.some((item) => module.test(item.module));

/**
 * Returns whether a missing import has such a name in the module that all toolchains import from.
 */
const fromEnv = (name: RegExp) => ({ missing }: Evidence): boolean =>
  missing.some((item) => item.module === "env" && name.test(item.name));

const fromGo = from(/^(?:gojs|go)$/);

const fromExtism = from(/^extism:host\//);

const fromOlderExtism = fromEnv(/^extism_/);

/** How to link a guest with Emscripten so that it needs no JavaScript. */
const STANDALONE = "link it with `emcc -sSTANDALONE_WASM --no-entry -o guest.wasm`";

/** The known origins, of which the first that fits is used. */
const ORIGINS: readonly Origin[] = [
  {
    fits: ({ hasSection }) => hasSection("dylink.0") || hasSection("dylink"),
    says: "It is a dynamic library: link it as a program of its own, without -shared and " +
      "-sSIDE_MODULE",
  },
  {
    fits: ({ hasSection }) => hasSection("linking"),
    says: "It is an object file: link it first, such as with `wasm-ld --no-entry --export-all`",
  },
  {
    // What its tool reads, and leaves out of what it writes.
    fits: ({ hasSection }) => hasSection("__wasm_bindgen_unstable"),
    says: "It was compiled with the crate wasm-bindgen and was not processed by its tool: run " +
      "`wasm-pack build` or `wasm-bindgen`, and import the JavaScript that it writes",
  },
  {
    fits: from(/^(?:wbg|__wbindgen_placeholder__|.*_bg\.js)$/),
    says: "It was made by wasm-bindgen to be used with the JavaScript that it wrote: import that " +
      "instead",
  },
  {
    fits: (evidence) => fromGo(evidence) && importsWasi(evidence.wanted),
    says:
      "It was compiled by TinyGo to be used with its wasm_exec.js (gojs): run it with that, or compile " +
      "it with `tinygo build -target=wasip1 -buildmode=c-shared`",
  },
  {
    fits: fromGo,
    says:
      "It was compiled by Go to be used with its wasm_exec.js (gojs): run it with that, or compile it " +
      "with `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared` and //go:wasmexport",
  },
  {
    fits: (evidence) => fromExtism(evidence) || fromOlderExtism(evidence),
    says:
      "It is a plug-in for Extism, whose input and output pass through functions of the host: " +
      "load it with the package @extism/extism",
  },
  {
    fits: from(/^wapc$/),
    says:
      "It is a waPC guest, which fetches its input by __guest_request when __guest_call calls it: " +
      "load it with the package @wapc/host",
  },
  {
    fits: from(
      /^(?:\$root|__main_module__|cm32p2.*|\[export\].*|[a-z][\w-]*:[\w-]+\/[\w-]+(?:@.+)?)$/,
    ),
    says: "It is a core module of a component: make JavaScript of the whole component with " +
      "`jco transpile`, and import that",
  },
  {
    fits: from(/^javascript_kit$/),
    says:
      "It was compiled by Swift to be used with JavaScriptKit: load it with the JavaScript of " +
      "that package",
  },
  {
    fits: from(/^(?:dart2wasm|js_code|teavm.*)$/),
    says: "It was compiled to be used with the JavaScript that its compiler wrote: import that " +
      "instead",
  },
  {
    fits: fromEnv(
      /^(?:_?emscripten_\w+|invoke_[vijfdp]+|__syscall_\w+|_(?:emval|embind)_\w+|__cxa_\w+|[sg]etTempRet0|_\w+_js|gl[A-Z]\w+)$/,
    ),
    says:
      "It was compiled by Emscripten to be used with the JavaScript that it wrote: import that " +
      `instead, or ${STANDALONE}`,
  },
  {
    fits: ({ missing }) =>
      new Set(missing.map(({ module }) => module)).size === 1 &&
      missing.every(({ module, name }) => /^\w$/.test(module) && /^\w{1,3}$/.test(name)),
    says: "It looks like Emscripten's output with shortened names, to be used with the " +
      `JavaScript that it wrote: import that instead, or ${STANDALONE}, which keeps names`,
  },
];

/** Returns the options that provide functions, for a guest of an unknown origin. */
function adviseFunctions(missing: readonly WantedImport[]): string {
  for (const { module, name, kind, type } of missing) {
    if (kind !== "function" || !canBePasted(module) || !canBePasted(name)) continue;
    const [result, ...others] = type?.results ?? [];
    if (others.length > 0) continue;
    const returned = result === undefined ? "console.log(args)" : result === "i64" ? "0n" : "0";
    return `\nExpected missing: "trap" if none of them is called, or each of them in the option ` +
      `imports, as in imports: { ${printKey(module)}: { ${printKey(name)}: (...args) => ` +
      `${returned} } }; hostFunction() makes one that takes text`;
  }
  return "";
}

/** Makes the error for missing imports, with the guest's origin, if it is known, and advice. */
export function adviseOnImports(
  error: unknown,
  wanted: readonly WantedImport[],
  module: WebAssembly.Module,
): unknown {
  if (!(error instanceof LoadError) || error.code !== "imports") return error;
  const { message, problems } = error;
  const missing = problems.flatMap((problem) => {
    const [, index] = /^import\[(\d+)\] .*: missing$/.exec(problem) ?? [];
    return wanted[Number(index)] ?? [];
  });
  if (missing.length === 0) return error;
  const hasSection = (name: string) => WebAssembly.Module.customSections(module, name).length > 0;
  const origin = ORIGINS.find(({ fits }) => fits({ missing, wanted, hasSection }));
  const advice = origin === undefined ? adviseFunctions(missing) : `\n${origin.says}`;
  return advice === "" ? error : new LoadError("imports", message + advice, { problems });
}
