/** Copies the bytes that the engine compiles or validates during `start`. */
export async function recordModules(
  start: () => Promise<unknown>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const { compile, instantiate, validate, Module } = WebAssembly;
  const modules: Uint8Array<ArrayBuffer>[] = [];
  const record = (source: unknown) => {
    if (source instanceof ArrayBuffer) modules.push(new Uint8Array(source.slice(0)));
    if (!ArrayBuffer.isView(source)) return;
    const { buffer, byteOffset, byteLength } = source;
    modules.push(Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength)));
  };
  const recording = <Result>(call: (...parameters: never[]) => Result) =>
    new Proxy(call, {
      apply(target, self, parameters): Result {
        record(parameters[0]);
        return Reflect.apply(target, self, parameters);
      },
    });
  Object.assign(WebAssembly, {
    compile: recording(compile),
    instantiate: recording(instantiate),
    validate: recording(validate),
    Module: new Proxy(Module, {
      construct(target, parameters, newTarget): WebAssembly.Module {
        record(parameters[0]);
        return Reflect.construct(target, parameters, newTarget);
      },
    }),
  });
  try {
    await start();
  } finally {
    Object.assign(WebAssembly, { compile, instantiate, validate, Module });
  }
  return modules;
}
