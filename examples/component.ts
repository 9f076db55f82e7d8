// Loads a component, and supplies an interface with a resource that the host implements.
import { load } from "../mod.ts";

/** Texts by their names, which the guest opens as files. */
const texts = new Map([["hello.txt", "Hello!"]]);

class File implements Disposable {
  readonly path: string;
  readonly #text: string;

  constructor(path: string) {
    this.path = path;
    this.#text = texts.get(path) ?? "";
  }

  size(): number {
    return this.#text.length;
  }

  static open(path: string): File {
    return new File(path);
  }

  // Called when the guest drops a file that it owns.
  [Symbol.dispose](): void {
    console.log(`closed ${this.path}`);
  }
}

using guest = await load(new URL("../testdata/component/resources.wasm", import.meta.url), {
  imports: { "test:files/files": { File } },
});
const { "": world, counters } = guest.interfaces;

// The guest opens a file, measures it and drops it.
console.log(world.measure("hello.txt"));

// A function can borrow a file for the call, or take ownership of it.
const file = new File("hello.txt");
console.log(world.borrowed(file));
world.keep(file);
console.log(world.giveBack() === file);

// A resource of the guest is a class: `using` drops the object in the guest.
{
  using counter = new counters.Counter(7);
  console.log(counter.value());
}
console.log(counters.dropped());

try {
  world.keep("hello.txt");
} catch (error) {
  console.log(`${error}`);
}
