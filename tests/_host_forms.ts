import {
  type Convention,
  type Guest,
  hostFunction,
  type HostFunctionDeclaration,
  load,
} from "../mod.ts";
import { PACKED } from "./_callbacks.ts";
import { guestUrl } from "./_guests.ts";

/** The exports of `c/host_forms` that call an import of the same name. */
const SYMBOLS = {
  take: { parameters: ["string"], result: "void" },
  take_bytes: { parameters: ["bytes"], result: "void" },
  take_at: { parameters: ["string", "u32"], result: "void" },
  call: { parameters: [], result: "void" },
  call_status: { parameters: [], result: "i32" },
  call_number: { parameters: ["i32"], result: "i64" },
  give: { parameters: [], result: "string" },
  give_at: { parameters: ["u32"], result: "string" },
} as const;

/** The type of a symbol of `c/host_forms`. */
export type HostForm = keyof typeof SYMBOLS;

/**
 * Loads `c/host_forms` with one of its imports, and the export that calls it as the symbol `run`.
 *
 * @param name The export.
 * @param form Its parameters and its result.
 * @param declaration The declaration of the import.
 * @param callback The host function.
 * @param options An import under another name than the export, or another convention.
 */
export async function loadHostForm<Form extends HostForm>(
  name: string,
  form: Form,
  declaration: HostFunctionDeclaration,
  callback: (...args: never[]) => unknown,
  { imported = name, convention = PACKED }: { imported?: string; convention?: Convention } = {},
): Promise<Guest<{ readonly run: { readonly name: string } & (typeof SYMBOLS)[Form] }>> {
  const host = hostFunction(declaration, callback as (...args: unknown[]) => never);
  return await load(guestUrl("c/host_forms"), {
    convention,
    missing: "trap",
    symbols: { run: { ...SYMBOLS[form], name } },
    imports: { env: { [imported]: host } },
  });
}
