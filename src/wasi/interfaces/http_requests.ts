// WASI 0.2, wasi:http/outgoing-handler: requests of a guest, which a function such as `fetch`
// answers.

import { ComponentError } from "../../base/errors.ts";
import { parseUrl } from "../../base/runtime.ts";
import { isA, isPromise, show } from "../../base/show.ts";
import type { WasiState } from "../state.ts";
import type { WasiFetch } from "../wasi_options.ts";
import { IncomingMessage, type OutgoingBody } from "./http_bodies.ts";
import { errorCodeOf, isHttpError } from "./http_errors.ts";
import type { Entry, Fields, FieldsClass } from "./http_fields.ts";
import { Pollable } from "./pollables.ts";

/** A request that the guest has made. */
export interface MadeRequest {
  readonly values: {
    readonly method?: { readonly tag: string; readonly val?: string };
    readonly scheme?: { readonly tag: string };
    readonly authority?: string;
    readonly pathWithQuery?: string;
  };
  readonly fields: Fields;
  readonly outgoingBody: OutgoingBody | undefined;
}

/** The timeouts of a request, in nanoseconds. */
export interface RequestTimes {
  readonly firstByteTimeout?: bigint;
}

/** The maximum number of requests in flight for one guest. */
const MOST_REQUESTS = 256;

/** Sends the requests of one guest. */
export class Requests {
  readonly #state: WasiState;
  readonly #fetch: WasiFetch;
  readonly #fieldsClass: FieldsClass;
  readonly #open = new Set<AbortController>();

  constructor(state: WasiState, fetch: WasiFetch, fieldsClass: FieldsClass) {
    this.#state = state;
    this.#fetch = fetch;
    this.#fieldsClass = fieldsClass;
    state.ends.add(() => {
      for (const controller of this.#open) controller.abort();
    });
  }

  send(made: MadeRequest, { firstByteTimeout }: RequestTimes): FutureIncomingResponse {
    if (this.#open.size >= MOST_REQUESTS) {
      throw new ComponentError({ tag: "connection-limit-reached" });
    }
    const controller = new AbortController();
    const request = toRequest(made, controller.signal);
    const end = () => {
      this.#open.delete(controller);
      controller.abort();
    };
    const timer = firstByteTimeout === undefined ? undefined : setTimeout(
      () => controller.abort(new ComponentError({ tag: "connection-read-timeout" })),
      Number(firstByteTimeout) / 1e6,
    );
    this.#open.add(controller);
    return new FutureIncomingResponse(this.#state, {
      ask: () => this.#fetch(request),
      take: (response) => this.#take(response, end),
      settled: () => clearTimeout(timer),
      end,
    });
  }

  /** Makes the resource for a response, which ends the request when it is dropped. */
  #take(response: unknown, end: () => void): IncomingResponse {
    if (response === undefined || response === null) {
      throw new ComponentError({ tag: "HTTP-request-denied" });
    }
    if (!isA(response, Response)) {
      throw new Error(
        `Cannot answer a request: wasi.fetch returned ${show(response)}, expected a Response, or ` +
          "undefined for a request that is denied",
      );
    }
    // Only pages have such opaque responses.
    if (response.status === 0) throw new ComponentError({ tag: "HTTP-protocol-error" });
    const fields = this.#fieldsClass.of(entriesOfResponse(response)).fixed();
    return new IncomingResponse(this.#state, response, fields, end);
  }
}

/** The encodings that `fetch` decodes in every runtime. */
const DECODED = /^(?:gzip|br)$/i;

/** Returns the fields of a response, without those that no longer apply to the decoded body. */
function entriesOfResponse({ url, headers }: Response): Entry[] {
  const isDecoded = url !== "" && DECODED.test(headers.get("content-encoding") ?? "");
  return entriesOf(headers).filter(([name]) =>
    !isDecoded || !/^content-(?:encoding|length)$/.test(name)
  );
}

/**
 * Returns the fields of a message of the Fetch API, whose values have a byte for each code unit.
 */
export function entriesOf(headers: Headers): Entry[] {
  return Array.from(headers, ([name, value]) => [name, latin1(value)]);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

/** Returns the fields of a message for the Fetch API. */
export function headersOf(fields: Fields): Headers {
  const headers = new Headers();
  for (const [name, value] of fields.entries()) {
    headers.append(name, Array.from(value, (byte) => String.fromCharCode(byte)).join(""));
  }
  return headers;
}

/** The schemes that a guest can use, unlike `file` and others. */
const PROTOCOLS: Readonly<Record<string, string>> = { HTTP: "http:", HTTPS: "https:" };

/**
 * Makes a request for the Fetch API. It does not follow redirects, so that the host's function sees
 * each request.
 */
function toRequest({ values, fields, outgoingBody }: MadeRequest, signal: AbortSignal): Request {
  const { method = { tag: "get" }, scheme = { tag: "HTTPS" }, authority, pathWithQuery } = values;
  const protocol = PROTOCOLS[scheme.tag];
  const url = protocol === undefined || authority === undefined
    ? undefined
    : parseUrl(`${protocol}//${authority}${pathWithQuery ?? ""}`);
  if (url === undefined) throw new ComponentError({ tag: "HTTP-request-URI-invalid" });
  const name = method.val ?? method.tag.toUpperCase();
  const hasBody = outgoingBody !== undefined && !/^(?:GET|HEAD)$/i.test(name);
  if (!hasBody) outgoingBody?.refuse();
  const init = {
    method: name,
    headers: headersOf(fields),
    redirect: "manual",
    signal,
    ...(hasBody && { body: outgoingBody.stream, duplex: "half" }),
  } as const;
  try {
    return new Request(url, init);
  } catch {
    // The Fetch API has no CONNECT and no TRACE.
    throw new ComponentError({ tag: "HTTP-request-method-invalid" });
  }
}

/** A request in flight. */
interface Exchange {
  /** Requests the response. */
  ask(): unknown;
  /** Makes the resource for the response. */
  take(response: unknown): IncomingResponse;
  /** Called as soon as there is a response. */
  settled(): void;
  end(): void;
}

/** The resource `future-incoming-response`. */
export class FutureIncomingResponse implements Disposable {
  readonly #state: WasiState;
  readonly #exchange: Exchange;
  #pending: PromiseLike<void> | undefined;
  /** Returns the response, or throws the error. */
  #answer: (() => unknown) | undefined;
  #isTaken = false;

  constructor(state: WasiState, exchange: Exchange) {
    this.#state = state;
    this.#exchange = exchange;
    const settle = (answer: () => unknown) => {
      this.#pending = undefined;
      this.#answer = answer;
      exchange.settled();
    };
    const fail = (error: unknown) =>
      settle(() => {
        throw error;
      });
    try {
      const response = exchange.ask();
      if (!isPromise(response)) settle(() => response);
      else this.#pending = response.then((response) => settle(() => response), fail);
    } catch (error) {
      fail(error);
    }
  }

  subscribe(): Pollable {
    return new Pollable(this.#state, 0n, () => this.#pending);
  }

  get(): object | undefined {
    if (this.#isTaken) return { tag: "err" };
    if (this.#answer === undefined) return undefined;
    this.#isTaken = true;
    try {
      return { tag: "ok", val: { tag: "ok", val: this.#exchange.take(this.#answer()) } };
    } catch (error) {
      this.#exchange.end();
      if (!isHttpError(error)) throw error; // one of the host
      return { tag: "ok", val: { tag: "err", val: errorCodeOf(error) } };
    }
  }

  [Symbol.dispose](): void {
    if (!this.#isTaken) this.#exchange.end();
  }
}

/** The resource `incoming-response`. */
export class IncomingResponse extends IncomingMessage {
  readonly #status: number;

  constructor(state: WasiState, response: Response, fields: Fields, end: () => void) {
    super(state, fields, response, end);
    this.#status = response.status;
  }

  status(): number {
    return this.#status;
  }
}
