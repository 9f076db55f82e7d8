import { isA } from "../base/show.ts";
import { isKeyed, join, one, type Shape } from "./shape.ts";

const moduleShape: Shape = one(
  "an object of imports by name",
  (value) =>
    value === undefined || typeof value === "function" ||
    (typeof value === "object" && value !== null && !isA(value, Map) && !isA(value, Promise)),
);

const IMPORTS = "an object such as { env: { … } } or a function";

/**
 * The option `imports`. The objects are read when the guest's imports are known, because they can be
 * of any class.
 */
export const importsShape: Shape = {
  expected: IMPORTS,
  read(value, at, problems) {
    if (typeof value === "function") return value;
    if (!isKeyed(value)) return problems.wrong(at, value, IMPORTS);
    return Object.fromEntries(
      Object.keys(value).map((name) => {
        const given = value[name];
        // A function in the place of a module may be an import one level too high; the error for
        // the missing import says so.
        return [name, problems.read(moduleShape, given, join(at, name))];
      }),
    );
  },
};
