import {
  allocator,
  type Guest,
  type HostCallback,
  hostFunction,
  type HostFunctionDeclaration,
  load,
  type ParameterName,
  type ResultName,
} from "../mod.ts";
import { guestBytes } from "./_guests.ts";

/** The guests that pass structs to the host: with 32-bit memory and with 64-bit memory. */
export const HOST_STRUCT_GUESTS = ["c/host_structs", "c/host_structs_64"];

/** Loads one of them with one host function; `run` calls it by its export. */
export async function loadHostStructs<
  const D extends HostFunctionDeclaration,
  const P extends readonly ParameterName[],
  const R extends ResultName,
>(
  guestName: string,
  name: string,
  declaration: D,
  callback: HostCallback<D>,
  { parameters, result, exported = `call_${name}` }: {
    readonly parameters: P;
    readonly result: R;
    readonly exported?: string;
  },
): Promise<
  Guest<{
    run: { name: string; parameters: P; result: R };
    live: { name: string; parameters: readonly []; result: "pointer" };
  }>
> {
  return await load(await guestBytes(guestName), {
    convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" }),
    missing: "trap",
    imports: { env: { [name]: hostFunction(declaration, callback) } },
    symbols: {
      run: { name: exported, parameters, result },
      live: { name: "live_allocations", parameters: [], result: "pointer" },
    },
  });
}
