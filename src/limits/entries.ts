// WebAssembly 3.0, sections 5.5.6 "Function section" and 5.5.10 "Export section".

import type { ByteWriter } from "../binary/byte_writer.ts";
import { Reader } from "../binary/reader.ts";
import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { BodyWriter } from "./body_writer.ts";
import type { Helpers } from "./helpers.ts";

const LOCAL_GET = 0x20, RETURN_CALL = 0x12, END = 0x0b;

/**
 * The functions that are exported in place of those for which callers in the code take units. They
 * take the units for the host. They are not among the frames of a trap, because they end with a
 * tail call.
 */
export class Entries {
  /** The units to take, by the functions that are called. */
  readonly #units: ReadonlyMap<number, number>;
  /** The indices of the entries, by the functions that are called. */
  readonly #indices = new Map<number, number>();
  readonly #info: ModuleInfo;
  readonly #helpers: Helpers;

  /** @param helpers The functions that come before, all of which are known. */
  constructor(units: ReadonlyMap<number, number>, info: ModuleInfo, helpers: Helpers) {
    this.#units = units;
    this.#info = info;
    this.#helpers = helpers;
    const first = info.functions.length + helpers.count;
    for (const index of units.keys()) this.#indices.set(index, first + this.#indices.size);
  }

  get count(): number {
    return this.#units.size;
  }

  /** Returns the index that an export has from now on. */
  indexOf({ kind, index }: ExportInfo): number {
    return (kind === "function" ? this.#indices.get(index) : undefined) ?? index;
  }

  /**
   * Writes the types of the functions.
   *
   * @param section The types of the module's own functions.
   */
  writeFunctions(writer: ByteWriter, { bytes, position, end }: Reader): void {
    const types: number[] = [], reader = new Reader(bytes, position, end);
    while (reader.remaining > 0) types.push(reader.u32("type index"));
    const imported = this.#info.functions.length - types.length;
    for (const index of this.#units.keys()) writer.unsigned(types[index - imported]!);
  }

  writeBodies(writer: ByteWriter): void {
    const bodyWriter = new BodyWriter(writer, this.#helpers, new Uint8Array());
    for (const [index, units] of this.#units) {
      writer.counted(() => {
        writer.u8(0); // no locals
        bodyWriter.charge(units, false);
        for (const local of this.#info.functions[index]!.parameters.keys()) {
          writer.u8(LOCAL_GET);
          writer.unsigned(local);
        }
        writer.u8(RETURN_CALL);
        writer.unsigned(index);
        writer.u8(END);
      });
    }
  }
}
