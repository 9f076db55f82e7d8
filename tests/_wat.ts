// Small guests in the text format, for cases without a fixture.
const { default: loadWabt } = await import("npm:wabt@1.0.39");
const wabt = await loadWabt();

/** Assembles a module. */
export function assemble(text: string): Uint8Array<ArrayBuffer> {
  const features = {
    exceptions: true,
    memory64: true,
    multi_memory: true,
    multi_value: true,
    mutable_globals: true,
    threads: true,
    tail_call: true,
  };
  const module = wabt.parseWat("guest.wat", text, features);
  try {
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
