// WASI 0.2: wasi:sockets, of which nothing is granted, and wasi:http.

import { ComponentError } from "../../base/errors.ts";
import type { WasiState } from "../state.ts";
import type { WasiFetch } from "../wasi_options.ts";
import type { IoError } from "./byte_streams.ts";
import { HttpFailure, IncomingBody, OutgoingBody } from "./http_bodies.ts";
import {
  type Fields,
  fieldsClass,
  holding,
  type Properties,
  withProperties,
} from "./http_fields.ts";
import { type MadeRequest, Requests, type RequestTimes } from "./http_requests.ts";

/** The resource `response-outparam`. */
class ResponseOutparam {
  static set(): void {}
}

/**
 * Makes the interfaces for HTTP. A request can be made in any case, and is denied when it is sent if
 * nothing is granted.
 */
export function httpInterfaces(
  state: WasiState,
  fetch: WasiFetch | undefined,
): Record<string, object> {
  const hold = holding();
  const Fields = fieldsClass(hold);
  const requests = fetch && new Requests(state, fetch, Fields);

  /** Makes the class of a message: its properties, its fields and its body, which is taken once. */
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

/** The resource `network`, which no function takes that does not refuse. */
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
