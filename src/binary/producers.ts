// WebAssembly tool conventions, "Producers section".

import { byteCount } from "./bytes.ts";
import type { Reader } from "./reader.ts";
import type { Producer } from "./types.ts";

const MAX_FIELDS = 100;
const MAX_PRODUCERS = 1000;

/** Reads the contents of a `producers` section. */
export function readProducers(reader: Reader): Producer[] {
  const producers: Producer[] = [];
  const fields = reader.count("producers field count", MAX_FIELDS, 2);
  for (let item = 0; item < fields; item++) {
    const field = reader.name("producers field");
    const count = reader.count("producers count", MAX_PRODUCERS, 2);
    for (let value = 0; value < count; value++) {
      const name = reader.name("producer");
      producers.push({ field, name, version: reader.name("producer version") });
    }
  }
  if (reader.remaining > 0) {
    const problem = `${byteCount(reader.remaining)} left, expected the end of the section`;
    reader.fail("producers section", reader.position, problem);
  }
  return producers;
}
