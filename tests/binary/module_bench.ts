import { readModule } from "../../src/binary/module.ts";
import { build, CODE, EXPORT, FUNCTION, leb, section, VOID_TYPE } from "./_build.ts";

/**
 * Makes a module of `functions` functions, each with a body of about 330 bytes, every tenth
 * exported.
 */
function synthetic(functions: number): Uint8Array {
  const count = leb(functions);
  const body = [...leb(331), 0, ...Array.from({ length: 329 }, () => 0x01), 0x0b];
  const exported = Math.floor(functions / 10);
  const exports = Array.from(
    { length: exported },
    (_, index) => [`function_${index}`, 0, leb(index)],
  );
  return build(
    VOID_TYPE,
    section(FUNCTION, count, Array.from({ length: functions }, () => 0)),
    section(EXPORT, leb(exported), exports),
    section(CODE, count, Array.from({ length: functions }, () => body)),
  );
}

for (const functions of [3, 300, 6000]) {
  const bytes = synthetic(functions);
  Deno.bench(`readModule() of ${bytes.length} bytes, ${functions} functions`, () => {
    readModule(bytes);
  });
}
