// WASI 0.2: wasi:sockets, of which nothing is granted.

import { ComponentError } from "../../base/errors.ts";

/** The resource `network`, which no function takes that does not refuse. */
class Network {}

function refuse(): never {
  throw new ComponentError("access-denied");
}

/** The interfaces for the network. No socket can be made, so sockets have no functions. */
export const NETWORK_INTERFACES = {
  "wasi:sockets/network": { Network, networkErrorCode: () => undefined },
  "wasi:sockets/instance-network": { instanceNetwork: () => new Network() },
  "wasi:sockets/ip-name-lookup": { resolveAddresses: refuse },
  "wasi:sockets/tcp": {},
  "wasi:sockets/tcp-create-socket": { createTcpSocket: refuse },
  "wasi:sockets/udp": {},
  "wasi:sockets/udp-create-socket": { createUdpSocket: refuse },
} as const;
