// WASI 0.2: wasi:http. A request can be made, and is denied when it is sent.

import { ComponentError } from "../../base/errors.ts";
import type { WasiState } from "../state.ts";
import { OutputStream } from "./byte_streams.ts";

/** RFC 9110, section 5.6.2: the names of fields. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

type Entry = readonly [name: string, value: Uint8Array];

/** The resource `fields`: names and values in their order. */
class Fields {
  #entries: readonly Entry[] = [];
  #isImmutable = false;

  static fromList(entries: readonly Entry[]): Fields {
    for (const entry of entries) checkEntry(entry);
    const fields = new Fields();
    fields.#entries = entries;
    return fields;
  }

  get(name: string): Uint8Array[] {
    return this.#entries.filter(isNamed(name)).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.#entries.some(isNamed(name));
  }

  set(name: string, values: readonly Uint8Array[]): void {
    const added = values.map((value): Entry => [name, value]);
    checkName(name);
    this.#change(added, this.#without(name));
  }

  delete(name: string): void {
    checkName(name);
    this.#change([], this.#without(name));
  }

  append(name: string, value: Uint8Array): void {
    this.#change([[name, value]]);
  }

  entries(): readonly Entry[] {
    return this.#entries;
  }

  clone(): Fields {
    return Fields.fromList(this.#entries);
  }

  /** Returns fields that cannot be changed: those of a message. */
  fixed(): Fields {
    const fields = this.clone();
    fields.#isImmutable = true;
    return fields;
  }

  #without(name: string): Entry[] {
    const removed = isNamed(name);
    return this.#entries.filter((entry) => !removed(entry));
  }

  #change(added: readonly Entry[], kept: readonly Entry[] = this.#entries): void {
    if (this.#isImmutable) throw new ComponentError({ tag: "immutable" });
    for (const entry of added) checkEntry(entry);
    this.#entries = [...kept, ...added];
  }
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

/** The class of a resource that has properties, each with a method that returns and one that sets it. */
function withProperties(initial: Readonly<Record<string, unknown>>): new () => object {
  class Properties {
    readonly values: Record<string, unknown> = { ...initial };
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
          this.values[name] = value;
        },
      },
    });
  }
  return Properties;
}

/** Makes the interfaces for HTTP, of which nothing is granted. */
export function httpInterfaces(state: WasiState): Record<string, object> {
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
    return class extends withProperties(initial) {
      readonly #headers: Fields;
      #hasBody = true;

      constructor(headers: Fields) {
        super();
        this.#headers = headers;
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
      Fields,
      OutgoingBody,
      OutgoingRequest: message({
        method: { tag: "get" },
        pathWithQuery: undefined,
        scheme: undefined,
        authority: undefined,
      }),
      OutgoingResponse: message({ statusCode: 200 }),
      RequestOptions: withProperties({
        connectTimeout: undefined,
        firstByteTimeout: undefined,
        betweenBytesTimeout: undefined,
      }),
      httpErrorCode: () => undefined,
      // Nobody hands out a resource of these.
      ResponseOutparam: { set() {} },
      IncomingBody: { finish() {} },
    },
    "wasi:http/outgoing-handler": {
      handle() {
        throw new ComponentError({ tag: "HTTP-request-denied" });
      },
    },
  };
}
