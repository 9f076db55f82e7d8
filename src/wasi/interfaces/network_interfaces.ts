// WASI 0.2: wasi:sockets and wasi:http, of which nothing is granted. A request can be made, and is
// denied when it is sent.

import { ComponentError, GuestError } from "../../base/errors.ts";
import type { WasiState } from "../state.ts";
import { OutputStream } from "./byte_streams.ts";

/** RFC 9110, section 5.6.2: the names of fields. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What an entry or a property takes besides its contents, in bytes: about as much as in V8. */
const ENTRY_SIZE = 128;

/** The most bytes of the fields and the properties that one instance holds. */
const MOST_BYTES = 16 * 1024 * 1024;

type Entry = readonly [name: string, value: Uint8Array];

/** Counts bytes that the guest makes the host hold; a negative number gives them back. */
type Hold = (byteLength: number) => void;

/** Makes what counts held bytes. */
function holding(): Hold {
  let held = 0;
  return (byteLength) => {
    if (held + byteLength > MOST_BYTES) {
      const problem = `they take more than ${MOST_BYTES} bytes, expected the guest to drop some`;
      throw new GuestError("trap", `Cannot hold more fields and properties of HTTP: ${problem}`);
    }
    held += byteLength;
  };
}

/** The resource `fields`: names and values in their order. */
interface Fields extends Disposable {
  /** Returns a copy that cannot be changed: that of a message. */
  fixed(): Fields;
}

/** Makes the class of the resource `fields`. */
function fieldsClass(hold: Hold): new () => Fields {
  return class HttpFields implements Fields {
    #entries: readonly Entry[] = [];
    #byteLength = 0;
    #isImmutable = false;

    static fromList(entries: readonly Entry[]): HttpFields {
      const fields = new HttpFields();
      fields.#replace([], entries);
      return fields;
    }

    [Symbol.dispose](): void {
      this.#keep([]);
    }

    get(name: string): Uint8Array[] {
      return this.#entries.filter(isNamed(name)).map(([, value]) => value);
    }

    has(name: string): boolean {
      return this.#entries.some(isNamed(name));
    }

    set(name: string, values: readonly Uint8Array[]): void {
      checkName(name);
      this.#replace(this.#without(name), values.map((value): Entry => [name, value]));
    }

    delete(name: string): void {
      checkName(name);
      this.#replace(this.#without(name), []);
    }

    append(name: string, value: Uint8Array): void {
      this.#replace(this.#entries, [[name, value]]);
    }

    entries(): readonly Entry[] {
      return this.#entries;
    }

    clone(): HttpFields {
      const fields = new HttpFields();
      fields.#keep(this.#entries);
      return fields;
    }

    fixed(): HttpFields {
      const fields = this.clone();
      fields.#isImmutable = true;
      return fields;
    }

    #without(name: string): Entry[] {
      const removed = isNamed(name);
      return this.#entries.filter((entry) => !removed(entry));
    }

    #replace(kept: readonly Entry[], added: readonly Entry[]): void {
      if (this.#isImmutable) throw new ComponentError({ tag: "immutable" });
      for (const entry of added) checkEntry(entry);
      this.#keep([...kept, ...added]);
    }

    #keep(entries: readonly Entry[]): void {
      const byteLength = entries.reduce(
        (sum, [name, value]) => sum + ENTRY_SIZE + name.length + value.byteLength,
        0,
      );
      hold(byteLength - this.#byteLength);
      this.#entries = entries;
      this.#byteLength = byteLength;
    }
  };
}

function isNamed(name: string): (entry: Entry) => boolean {
  const lower = name.toLowerCase();
  return ([other]) => other.toLowerCase() === lower;
}

function checkName(name: string): void {
  if (!TOKEN.test(name)) throw new ComponentError({ tag: "invalid-syntax" });
}

function checkEntry([name, value]: Entry): void {
  checkName(name);
  // RFC 9110, section 5.5: NUL, CR and LF are in no value.
  if (value.some((byte) => byte === 0x00 || byte === 0x0a || byte === 0x0d)) {
    throw new ComponentError({ tag: "invalid-syntax" });
  }
}

/**
 * The class of a resource that has properties, each with a method that returns and one that sets
 * it.
 */
function withProperties(
  hold: Hold,
  initial: Readonly<Record<string, unknown>>,
): new () => Disposable {
  class Properties implements Disposable {
    readonly values: Record<string, unknown> = { ...initial };

    [Symbol.dispose](): void {
      for (const value of Object.values(this.values)) hold(-sizeOf(value));
    }
  }
  for (const name of Object.keys(initial)) {
    const setter = `set${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    Object.defineProperties(Properties.prototype, {
      [name]: {
        value(this: Properties) {
          return this.values[name];
        },
      },
      [setter]: {
        value(this: Properties, value: unknown) {
          hold(sizeOf(value) - sizeOf(this.values[name]));
          this.values[name] = value;
        },
      },
    });
  }
  return Properties;
}

/** Returns the size of a property: a text, or the text of a case. */
function sizeOf(value: unknown): number {
  const text = (value as { readonly val?: unknown } | undefined)?.val ?? value;
  return typeof text === "string" ? ENTRY_SIZE + text.length * 2 : 0;
}

/** The resource `response-outparam`. */
class ResponseOutparam {
  static set(): void {}
}

/** The resource `incoming-body`. */
class IncomingBody {
  static finish(): void {}
}

/** Makes the interfaces for HTTP, of which nothing is granted. */
export function httpInterfaces(state: WasiState): Record<string, object> {
  const hold = holding();

  /** The resource `outgoing-body`, which goes nowhere. */
  class OutgoingBody {
    #isWritten = false;

    write(): OutputStream {
      if (this.#isWritten) throw new ComponentError();
      this.#isWritten = true;
      return new OutputStream(state, { write() {} });
    }

    static finish(): void {}
  }

  /** Makes the class of a message: its properties, its fields and its body, which is taken once. */
  function message(initial: Readonly<Record<string, unknown>>) {
    return class extends withProperties(hold, initial) {
      readonly #headers: Fields;
      #hasBody = true;

      constructor(headers: Fields) {
        super();
        this.#headers = headers;
      }

      override [Symbol.dispose](): void {
        super[Symbol.dispose]();
        this.#headers[Symbol.dispose]();
      }

      headers(): Fields {
        return this.#headers.fixed();
      }

      body(): OutgoingBody {
        if (!this.#hasBody) throw new ComponentError();
        this.#hasBody = false;
        return new OutgoingBody();
      }
    };
  }

  return {
    "wasi:http/types": {
      Fields: fieldsClass(hold),
      OutgoingBody,
      OutgoingRequest: message({
        method: { tag: "get" },
        pathWithQuery: undefined,
        scheme: undefined,
        authority: undefined,
      }),
      OutgoingResponse: message({ statusCode: 200 }),
      RequestOptions: withProperties(hold, {
        connectTimeout: undefined,
        firstByteTimeout: undefined,
        betweenBytesTimeout: undefined,
      }),
      httpErrorCode: () => undefined,
      // Nobody hands out a resource of these.
      ResponseOutparam,
      IncomingBody,
    },
    "wasi:http/outgoing-handler": {
      handle(request: Disposable) {
        request[Symbol.dispose]();
        throw new ComponentError({ tag: "HTTP-request-denied" });
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
