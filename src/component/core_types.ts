// The component model's binary format, "Type Definitions", for core types.

import { readRecursionGroup } from "../binary/defined_types.ts";
import type { TypeDraft } from "../binary/draft.ts";
import { readExternalType } from "../binary/externals.ts";
import { quote } from "../base/show.ts";
import { byteHex, type Reader } from "../binary/reader.ts";
import { importKey } from "./module_types.ts";
import { MAX_ITEMS, type Scope } from "./scope.ts";
import type { CoreExtern, CoreImport, ModuleType } from "./types.ts";

const MODULE = 0x50;

/** Comes before a type that other types may be derived from, because a module has its code. */
const SUB_PREFIX = 0x00;

/** Reads a core type into the index space of a scope. */
export function readCoreType(reader: Reader, scope: Scope): void {
  if (reader.peek("core type") === MODULE) {
    reader.skip(1, "core type");
    scope.moduleTypes.set(scope.coreTypes.length, readModuleType(reader, scope));
    scope.coreTypes.push(PLACE);
    return;
  }
  readDefined(reader, draftOf(scope.coreTypes));
}

/** Keeps the index of a module's type, which no core type can refer to. */
export const PLACE: Scope["coreTypes"][number] = {
  kind: "struct",
  fields: [],
  final: true,
  supertypes: [],
  group: 0,
};

function readDefined(reader: Reader, draft: TypeDraft): void {
  if (reader.peek("core type") === SUB_PREFIX) {
    const start = reader.skip(1, "core type");
    const form = reader.peek("core type");
    if (form !== MODULE) {
      reader.fail("core type", start, `0x00 comes before ${byteHex(form)}, expected 0x50`);
    }
  }
  readRecursionGroup(reader, draft, draft.types.length);
}

/** Reads the declarations of a module's type, which has an index space of its own. */
function readModuleType(reader: Reader, scope: Scope): ModuleType {
  const draft = draftOf([]);
  const imports: CoreImport[] = [];
  const exports: CoreExtern[] = [];
  const names = new Set<string>();
  const imported = new Set<string>();
  for (let left = reader.count("declaration count", MAX_ITEMS, 2); left > 0; left--) {
    const start = reader.position;
    const form = reader.u8("module declaration");
    switch (form) {
      case 0x00:
        imports.push({
          ...readImportName(reader, imported),
          ...readExternalType(reader, draft),
        });
        break;
      case 0x01:
        if (reader.peek("core type") === MODULE) {
          reader.fail(
            "core type",
            reader.position,
            "it is a module, expected no module in another",
          );
        }
        readDefined(reader, draft);
        break;
      case 0x02:
        readOuterType(reader, scope, draft);
        break;
      case 0x03: {
        const at = reader.position;
        const name = reader.name("export name");
        if (names.has(name)) {
          reader.fail("export name", at, "it appears twice, expected distinct names");
        }
        names.add(name);
        exports.push({ name, ...readExternalType(reader, draft) });
        break;
      }
      default:
        reader.fail(
          "module declaration",
          start,
          `form is ${byteHex(form)}, expected 0x00 to 0x03`,
        );
    }
  }
  return { kind: "module", imports, exports };
}

/** Reads the two names of an import, which differ from those of others. */
function readImportName(reader: Reader, taken: Set<string>): Pick<CoreImport, "module" | "name"> {
  const start = reader.position;
  const found = { module: reader.name("import module"), name: reader.name("import name") };
  const key = importKey(found);
  if (taken.has(key)) {
    const shown = `${quote(found.module)}.${quote(found.name)}`;
    reader.fail("import name", start, `${shown} appears twice, expected distinct names`);
  }
  taken.add(key);
  return found;
}

function readOuterType(reader: Reader, scope: Scope, draft: TypeDraft): void {
  const start = reader.position;
  if (reader.u8("core alias") !== 0x10 || reader.u8("core alias") !== 0x01) {
    reader.fail("core alias", start, "expected the outer alias of a type, 0x10 0x01");
  }
  const at = reader.position;
  const outer = reader.u32("outer count");
  let target: Scope | undefined = scope;
  for (let left = outer - 1; left > 0 && target !== undefined; left--) target = target.parent;
  if (target === undefined) {
    return reader.fail("outer count", at, `count is ${outer}, expected at most ${scope.depth + 1}`);
  }
  const place = reader.position;
  const types = outer === 0 ? draft.types : target.coreTypes;
  const type = types[reader.index("core type", types.length)]!;
  if (type === PLACE) reader.fail("core type", place, "it is a module, expected a type of values");
  draft.types.push(type);
}

function draftOf(types: TypeDraft["types"]): TypeDraft {
  return { types, typeLimit: types.length, unsupported: new Set() };
}
