// What `deno task` caches to learn whether JSR answers: everything that tests use of the standard library.
import "@std/assert";
import "@std/path";
