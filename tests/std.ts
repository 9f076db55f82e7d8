// `deno task` caches this file to learn whether JSR answers: it has all that tests use of the
// standard library.
import "@std/assert";
import "@std/path";
