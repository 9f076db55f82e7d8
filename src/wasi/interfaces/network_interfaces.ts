// WASI 0.2: wasi:sockets, which is never granted, and wasi:http.

import { ComponentError } from "../../base/errors.ts";
import type { WasiOutput } from "../output.ts";
import type { WasiState } from "../state.ts";
import type { WasiFetch } from "../wasi_options.ts";
import type { IoError } from "./byte_streams.ts";
import { IncomingBody, IncomingMessage, OutgoingBody } from "./http_bodies.ts";
import { type ErrorCode, HttpFailure } from "./http_errors.ts";
import {
  type Fields,
  fieldsClass,
  holding,
  type Properties,
  withProperties,
} from "./http_fields.ts";
import { entriesOf, type MadeRequest, Requests, type RequestTimes } from "./http_requests.ts";

/** A response that the guest has made. */
export interface MadeResponse extends Disposable {
  readonly values: { readonly statusCode?: number };
  readonly fields: Fields;
  readonly outgoingBody: OutgoingBody | undefined;
}

/** The answer of a guest: a response, or a case of `error-code`. */
export type Answer =
  | { readonly tag: "ok"; readonly val: MadeResponse }
  | { readonly tag: "err"; readonly val: ErrorCode };

/** The resource `response-outparam`. */
class ResponseOutparam {
  readonly #answer: (answer: Answer) => void;

  constructor(answer: (answer: Answer) => void) {
    this.#answer = answer;
  }

  static set(out: ResponseOutparam, answer: Answer): void {
    out.#answer(answer);
  }
}

/** The methods with their own case. */
const METHODS = "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split(" ");

/** The resource `incoming-request`. */
class IncomingRequest extends IncomingMessage {
  readonly #method: string;
  readonly #url: URL;

  constructor(state: WasiState, request: Request, fields: Fields) {
    super(state, fields, request);
    this.#method = request.method;
    this.#url = new URL(request.url);
  }

  method(): object {
    const method = this.#method;
    return METHODS.includes(method) ? { tag: method.toLowerCase() } : { tag: "other", val: method };
  }

  pathWithQuery(): string {
    const { pathname, search } = this.#url;
    return pathname + search;
  }

  scheme(): object {
    return { tag: this.#url.protocol === "http:" ? "HTTP" : "HTTPS" };
  }

  authority(): string {
    return this.#url.host;
  }
}

/** The arguments for a guest that answers a request. */
export interface Received {
  readonly incoming: Disposable;
  readonly out: object;
}

/** Makes the resources for a request; `answer` gets the guest's answer. */
type Receive = (request: Request, answer: (answer: Answer) => void) => Received;

/** The functions that make the resources for requests, by the output of the instance. */
export const receivers = new WeakMap<WasiOutput, Receive>();

/**
 * Makes the interfaces for HTTP. A request can always be made; without a grant it is denied when it
 * is sent.
 */
export function httpInterfaces(
  state: WasiState,
  fetch: WasiFetch | undefined,
): Record<string, object> {
  const hold = holding();
  const Fields = fieldsClass(hold);
  const requests = fetch && new Requests(state, fetch, Fields);

  /**
   * Makes the class of a message: its properties, its fields and its body, which can be taken once.
   */
  function message(initial: Readonly<Record<string, unknown>>, isRead: boolean) {
    return class extends withProperties(hold, initial) {
      readonly fields: Fields;
      outgoingBody: OutgoingBody | undefined;

      constructor(fields: Fields) {
        super();
        this.fields = fields;
      }

      override [Symbol.dispose](): void {
        super[Symbol.dispose]();
        this.fields[Symbol.dispose]();
      }

      headers(): Fields {
        return this.fields.fixed();
      }

      body(): OutgoingBody {
        if (this.outgoingBody !== undefined) throw new ComponentError();
        return this.outgoingBody = new OutgoingBody(state, isRead);
      }
    };
  }

  receivers.set(state.output, (request, answer) => ({
    incoming: new IncomingRequest(state, request, Fields.of(entriesOf(request.headers)).fixed()),
    out: new ResponseOutparam(answer),
  }));
  return {
    "wasi:http/types": {
      Fields,
      OutgoingBody,
      OutgoingRequest: message({
        method: { tag: "get" },
        pathWithQuery: undefined,
        scheme: undefined,
        authority: undefined,
      }, requests !== undefined),
      OutgoingResponse: message({ statusCode: 200 }, true),
      RequestOptions: withProperties(hold, {
        connectTimeout: undefined,
        firstByteTimeout: undefined,
        betweenBytesTimeout: undefined,
      }),
      httpErrorCode: ({ failure }: IoError) =>
        failure instanceof HttpFailure ? failure.code : undefined,
      ResponseOutparam,
      IncomingRequest,
      IncomingBody,
    },
    "wasi:http/outgoing-handler": {
      handle(request: MadeRequest & Disposable, options: Properties | undefined) {
        try {
          if (requests === undefined) throw new ComponentError({ tag: "HTTP-request-denied" });
          return requests.send(request, (options?.values ?? {}) as RequestTimes);
        } finally {
          request[Symbol.dispose]();
          options?.[Symbol.dispose]();
        }
      },
    },
  };
}

/** The resource `network`; all functions that take it fail. */
class Network {}

function refuse(): never {
  throw new ComponentError("access-denied");
}

/** The interfaces for sockets. No socket can be made, so sockets have no functions. */
export const SOCKET_INTERFACES = {
  "wasi:sockets/network": { Network, networkErrorCode: () => undefined },
  "wasi:sockets/instance-network": { instanceNetwork: () => new Network() },
  "wasi:sockets/ip-name-lookup": { resolveAddresses: refuse },
  "wasi:sockets/tcp": {},
  "wasi:sockets/tcp-create-socket": { createTcpSocket: refuse },
  "wasi:sockets/udp": {},
  "wasi:sockets/udp-create-socket": { createUdpSocket: refuse },
} as const;
