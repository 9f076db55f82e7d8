// Serves a guest: each request gets a guest from a pool that no other request has touched.
import { pool } from "../src/pool/pool.ts";

await using guests = await pool(new URL("../testdata/c/shout_length.wasm", import.meta.url), {
  size: 4,
});

await using server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  async (request) => {
    const text = await request.text();
    const shouted = await guests.use((guest) => guest.passString(text, "shout"));
    return new Response(shouted);
  },
);

const url = `http://127.0.0.1:${server.addr.port}/`;
for (const body of ["hello", "and again"]) {
  const response = await fetch(url, { method: "POST", body });
  console.log(response.status, await response.text());
}
