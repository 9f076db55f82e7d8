// The part of @std/path that tests, examples and the fixture builder use, on Deno's own node:path.
export { basename, dirname, extname, fromFileUrl, join, relative, resolve, toFileUrl };
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath as fromFileUrl, pathToFileURL as toFileUrl } from "node:url";
