// WASI 0.2, wasi:http/types: fields, and the properties of messages.

import { ComponentError, GuestError } from "../../base/errors.ts";

/** RFC 9110, section 5.6.2: the names of fields. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The overhead of an entry or a property in bytes: about as much as in V8. */
const ENTRY_SIZE = 128;

/** The maximum number of bytes of the fields and properties of one instance. */
const MOST_BYTES = 16 * 1024 * 1024;

export type Entry = readonly [name: string, value: Uint8Array];

/** Counts bytes that the host stores for the guest; a negative number releases them. */
export type Hold = (byteLength: number) => void;

/** Makes a counter of stored bytes. */
export function holding(): Hold {
  let held = 0;
  return (byteLength) => {
    if (held + byteLength > MOST_BYTES) {
      const problem = `they take more than ${MOST_BYTES} bytes, expected the guest to drop some`;
      throw new GuestError("trap", `Cannot hold more fields and properties of HTTP: ${problem}`);
    }
    held += byteLength;
  };
}

/** The resource `fields`: names and values in order. */
export interface Fields extends Disposable {
  entries(): readonly Entry[];
  /** Returns an immutable copy, for a message. */
  fixed(): Fields;
}

/** The class of the resource `fields`. */
export interface FieldsClass {
  new (): Fields;
  /** Makes fields of entries that need no check. */
  of(entries: Iterable<Entry>): Fields;
}

/** Makes the class of the resource `fields`. */
export function fieldsClass(hold: Hold): FieldsClass {
  return class HttpFields implements Fields {
    #entries: readonly Entry[] = [];
    #byteLength = 0;
    #isImmutable = false;

    static fromList(entries: readonly Entry[]): HttpFields {
      const fields = new HttpFields();
      fields.#replace([], entries);
      return fields;
    }

    static of(entries: Iterable<Entry>): HttpFields {
      const fields = new HttpFields();
      fields.#keep(Array.from(entries).filter(([name]) => !isForbidden(name)));
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
  if (isForbidden(name)) throw new ComponentError({ tag: "forbidden" });
}

/**
 * The fields that belong to the connection. A `host` field could name another server than the URL
 * for which a request is allowed.
 */
const FORBIDDEN = new Set(
  ("connection host http2-settings keep-alive proxy-authenticate proxy-authorization " +
    "proxy-connection te trailer transfer-encoding upgrade").split(" "),
);

function isForbidden(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase());
}

function checkEntry([name, value]: Entry): void {
  checkName(name);
  // RFC 9110, section 5.5: a value cannot contain NUL, CR or LF.
  if (value.some((byte) => byte === 0x00 || byte === 0x0a || byte === 0x0d)) {
    throw new ComponentError({ tag: "invalid-syntax" });
  }
}

/** The checks of property values besides their types. */
const VALID: Readonly<Record<string, (value: unknown) => boolean>> = {
  method: (value) => {
    const { tag, val } = value as { readonly tag: string; readonly val?: string };
    return tag !== "other" || TOKEN.test(val!);
  },
  authority: (value) => value === undefined || /^[^\s/?#\\@]+$/.test(value as string),
  pathWithQuery: (value) => value === undefined || /^(?:[/?][^\s#]*)?$/.test(value as string),
  statusCode: (value) => (value as number) >= 200 && (value as number) <= 599,
};

/** A resource that has properties. */
export interface Properties extends Disposable {
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Makes the class of a resource with properties, each of which has a getter and a setter method.
 */
export function withProperties(
  hold: Hold,
  initial: Readonly<Record<string, unknown>>,
): new () => Properties {
  class OfResource implements Properties {
    readonly values: Record<string, unknown> = { ...initial };

    [Symbol.dispose](): void {
      for (const value of Object.values(this.values)) hold(-sizeOf(value));
    }
  }
  for (const name of Object.keys(initial)) {
    const setter = `set${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    Object.defineProperties(OfResource.prototype, {
      [name]: {
        value(this: OfResource) {
          return this.values[name];
        },
      },
      [setter]: {
        value(this: OfResource, value: unknown) {
          if (VALID[name]?.(value) === false) throw new ComponentError();
          hold(sizeOf(value) - sizeOf(this.values[name]));
          this.values[name] = value;
        },
      },
    });
  }
  return OfResource;
}

/** Returns the size of a property: a text, or the text of a case. */
function sizeOf(value: unknown): number {
  const text = (value as { readonly val?: unknown } | undefined)?.val ?? value;
  return typeof text === "string" ? ENTRY_SIZE + text.length * 2 : 0;
}
