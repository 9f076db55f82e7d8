// Turns off the leak detection of the oldest Deno, which counts resources that Deno itself opens:
//     deno test --preload=tests/_oldest.ts …
const OFF = { sanitizeOps: false, sanitizeResources: false };

(Deno as { test: unknown }).test = new Proxy(Deno.test, {
  apply(test, self, [first, second, third]) {
    if (typeof first === "string") {
      const [options, fn] = third === undefined ? [{}, second] : [second, third];
      return Reflect.apply(test, self, [first, { ...options, ...OFF }, fn]);
    }
    if (typeof first === "function") return Reflect.apply(test, self, [OFF, first]);
    return Reflect.apply(test, self, [{ ...first, ...OFF }, second]);
  },
});
