// Serves a component that exports wasi:http/incoming-handler, and that asks another server itself.
import { respond } from "../src/http.ts";
import { pool } from "../src/pool/pool.ts";

const local = { hostname: "127.0.0.1", port: 0, onListen() {} };
await using other = Deno.serve(local, ({ url }) => new Response(new URL(url).pathname));
const host = `127.0.0.1:${other.addr.port}`;

await using guests = await pool(
  new URL("../testdata/component_wasi/proxy.wasm", import.meta.url),
  {
    size: 4,
    load: {
      wasi: {
        // The component can ask this server and no other.
        fetch: (request) => new URL(request.url).host === host ? fetch(request) : undefined,
      },
    },
  },
);
await using server = Deno.serve(local, (request) => respond(guests, request));

const base = `http://127.0.0.1:${server.addr.port}`;
const echo = await fetch(`${base}/echo`, { method: "POST", body: "Hello there" });
console.log(echo.status, await echo.text());
for (const asked of [host, "example.com"]) {
  const relayed = await fetch(`${base}/relay/${asked}/news`);
  console.log(relayed.status, await relayed.text());
}
