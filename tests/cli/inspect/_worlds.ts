// Sections that wit-component 0.259.0 has made of the WIT beside them (`wasm-tools component
// embed`).

import { flat, leb } from "../../binary/_build.ts";

/**
 * package example:text;
 * interface greeter {
 *   record point { x: f64, y: f64 }
 *   greet: func(name: string) -> string;
 *   repeat: func(text: string, times: u32) -> string;
 *   length-of: func(text: string) -> u32;
 *   digest: func(data: list<u8>) -> list<u8>;
 *   sum: func(values: list<f64>) -> f64;
 *   area: func(at: point) -> f64;
 *   maybe: func(text: option<string>) -> result<string, string>;
 *   log: func(line: string);
 * }
 * interface host { print: func(line: string); }
 * world guest {
 *   import host;
 *   export greeter;
 *   export version: func() -> string;
 *   export scale: func(by: s16, exact: bool) -> s64;
 * }
 */
export const MANY_TYPES =
  "AGFzbQ0AAQAAGRZ3aXQtY29tcG9uZW50LWVuY29kaW5nBAAH5QIBQQIBQQgBQgIBQAEEbGluZXMBAAQABXByaW50AQADABFleGFtcGxlOnRleHQvaG9zdAUAAUAAAHMEAAd2ZXJzaW9uAQEBQAICYnl8BWV4YWN0fwB4BAAFc2NhbGUBAgFCFgFyAgF4dQF5dQQABXBvaW50AwAAAUABBG5hbWVzAHMEAAVncmVldAECAUACBHRleHRzBXRpbWVzeQBzBAAGcmVwZWF0AQMBQAEEdGV4dHMAeQQACWxlbmd0aC1vZgEEAXB9AUABBGRhdGEFAAUEAAZkaWdlc3QBBgFwdQFAAQZ2YWx1ZXMHAHUEAANzdW0BCAFAAQJhdAEAdQQABGFyZWEBCQFrcwFqAXMBcwFAAQR0ZXh0CgALBAAFbWF5YmUBDAFAAQRsaW5lcwEABAADbG9nAQ0EABRleGFtcGxlOnRleHQvZ3JlZXRlcgUDBAASZXhhbXBsZTp0ZXh0L2d1ZXN0BAALCwEABWd1ZXN0AwAAAC8JcHJvZHVjZXJzAQxwcm9jZXNzZWQtYnkBDXdpdC1jb21wb25lbnQHMC4yNTkuMA==";

/**
 * package example:text@1.0.0;
 * interface greeter {
 *   greet: func(name: string) -> string;
 *   echo: func(text: string) -> string;
 *   repeat: func(text: string, times: u32) -> string;
 *   length-of: func(text: string) -> u32;
 *   add: func(a: s32, b: s32) -> s32;
 *   reverse: func(data: list<u8>) -> list<u8>;
 * }
 * world guest {
 *   export greeter;
 * }
 */
export const GREETER =
  "AGFzbQ0AAQAAGRZ3aXQtY29tcG9uZW50LWVuY29kaW5nBAAH0QEBQQIBQQIBQg0BQAEEbmFtZXMAcwQABWdyZWV0AQABQAEEdGV4dHMAcwQABGVjaG8BAQFAAgR0ZXh0cwV0aW1lc3kAcwQABnJlcGVhdAECAUABBHRleHRzAHkEAAlsZW5ndGgtb2YBAwFAAgFhegFiegB6BAADYWRkAQQBcH0BQAEEZGF0YQUABQQAB3JldmVyc2UBBgQAGmV4YW1wbGU6dGV4dC9ncmVldGVyQDEuMC4wBQAEABhleGFtcGxlOnRleHQvZ3Vlc3RAMS4wLjAEAAsLAQAFZ3Vlc3QDAAAALwlwcm9kdWNlcnMBDHByb2Nlc3NlZC1ieQENd2l0LWNvbXBvbmVudAcwLjI1OS4w";

/** Appends the types of a world to a module. */
export function withWorld(
  module: Uint8Array,
  world: string | Uint8Array,
  name = "component-type",
): Uint8Array<ArrayBuffer> {
  const types = typeof world === "string" ? Uint8Array.fromBase64(world) : world;
  const contents = [...flat(name), ...types];
  return Uint8Array.from([...module, 0, ...leb(contents.length), ...contents]);
}
