import { assertEquals } from "@std/assert";
import { errorCase, openInterfaces } from "./_interfaces.ts";

Deno.test("no socket can be made and no name resolved", async () => {
  using opened = await openInterfaces();
  const network = opened.get("wasi:sockets/instance-network").instanceNetwork();
  const calls = [
    () => opened.get("wasi:sockets/ip-name-lookup").resolveAddresses(network, "example.com"),
    () => opened.get("wasi:sockets/tcp-create-socket").createTcpSocket("ipv4"),
    () => opened.get("wasi:sockets/udp-create-socket").createUdpSocket("ipv6"),
  ];
  assertEquals(calls.map(errorCase), Array(3).fill("access-denied"));
});
