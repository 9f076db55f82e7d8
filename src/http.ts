/**
 * Components that serve HTTP: those that export `wasi:http/incoming-handler`.
 *
 * @example
 * ```ts
 * import { respond } from "@passage/wasm/http";
 * import { pool } from "@passage/wasm/pool";
 * import { assertEquals } from "@std/assert";
 *
 * await using guests = await pool("testdata/component_wasi/proxy.wasm", { size: 4 });
 * const request = new Request("http://localhost/echo", { method: "POST", body: "Hello" });
 * const response = await respond(guests, request); // as the handler of Deno.serve
 * assertEquals(await response.text(), "Hello");
 * ```
 *
 * @module
 */
import { ComponentError, GuestError } from "./base/errors.ts";
import { isA, list, show } from "./base/show.ts";
import { Guest } from "./guest.ts";
import { headersOf } from "./wasi/interfaces/http_requests.ts";
import { type MadeResponse, receivers } from "./wasi/interfaces/network_interfaces.ts";
import { isHttpHandler } from "./wasi/modules.ts";

/** A source of a component for each request: a pool. */
export interface GuestSource {
  /** Calls `act` with a free component, and takes it back when the promise settles. */
  use<T>(act: (guest: Guest) => Promise<T>): Promise<T>;
}

/** Statuses of responses that have no body. */
const BODILESS = [101, 103, 204, 205, 304];

/**
 * Passes a request to a component. Returns the response as soon as the component has started it;
 * the body is read while the component writes it. Bodies are never buffered as a whole, in either
 * direction.
 *
 * The component may wait for the request's body, for timers and for granted resources, so an
 * instance answers one request at a time, and further requests wait. With a pool, each request gets
 * an instance that no other request has touched.
 *
 * @param guests A pool of components, or one component.
 * @returns The response. Its body fails if the component fails before the body is complete.
 * @throws {ComponentError} if the component answers with an error; the payload is a case of
 * `error-code`.
 * @throws {GuestError} if the component fails, or ends without an answer.
 * @throws {TypeError} if the component exports no handler.
 */
export function respond(
  guests: Guest | GuestSource,
  request: Request,
): Promise<Response> {
  if (!isA(request as unknown, Request)) {
    const problem = `Cannot answer ${show(request)}: expected a Request`;
    return Promise.reject(new TypeError(problem));
  }
  return new Promise((resolve, reject) => {
    const act = (guest: Guest) => handle(guest, request, resolve, reject);
    const done = guests instanceof Guest ? inTurn(guests, () => act(guests)) : guests.use(act);
    done.catch(reject);
  });
}

/** The last request to each component that is not in a pool. */
const last = new WeakMap<Guest, Promise<void>>();

/** Starts `act` when those before it have ended. */
function inTurn(guest: Guest, act: () => Promise<void>): Promise<void> {
  const done = (last.get(guest) ?? Promise.resolve()).then(act, act);
  last.set(guest, done);
  return done;
}

/** Calls the handler of a component, and resolves when it has ended. */
async function handle(
  guest: Guest,
  request: Request,
  resolve: (response: Response) => void,
  reject: (reason: unknown) => void,
): Promise<void> {
  const { interfaces, asyncInterfaces, wasi } = guest;
  const name = Object.keys(interfaces).find(isHttpHandler);
  const receive = wasi && receivers.get(wasi);
  if (name === undefined || receive === undefined) {
    throw new TypeError(
      `Cannot answer a request: the guest exports ${list(Object.keys(interfaces))}, expected a ` +
        "component that exports wasi:http/incoming-handler and has wasi:http/types of Passage",
    );
  }
  let answered: MadeResponse | undefined;
  const { incoming, out } = receive(request, (answer) => {
    if (answer.tag === "err") return reject(new ComponentError(answer.val));
    resolve(toResponse(answered = answer.val));
  });
  try {
    await asyncInterfaces[name].handle(incoming, out);
    answered?.outgoingBody?.[Symbol.dispose]();
    reject(
      new GuestError("guest-error", "Cannot answer a request: the guest ended without an answer"),
    );
  } catch (error) {
    answered?.outgoingBody?.fail(error);
    throw error;
  }
}

/** Converts a response that the guest has made to one of the Fetch API. */
function toResponse({ values, fields, outgoingBody }: MadeResponse): Response {
  const status = values.statusCode!;
  const isBodiless = BODILESS.includes(status);
  if (isBodiless) outgoingBody?.refuse();
  const body = isBodiless ? null : outgoingBody?.stream ?? null;
  return new Response(body, { status, headers: headersOf(fields) });
}
