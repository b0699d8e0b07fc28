import { createServer } from "node:net";
import { ContainerStartError } from "./errors";

/** Hands out loopback addresses, one for each owner; containers of one task share theirs, as in a VPC. */
export interface AddressPool {
  /** The owner's address; the same one until each `acquire` was matched by a `release`. */
  acquire(owner: string): Promise<string>;
  release(owner: string): void;
}

const FIRST_HOST = 1;
const LAST_HOST = 253;
const BLOCKS = 256;
/** Held open on the block's last address for as long as the block is in use, so that two runners never share one. */
const RESERVATION = { host: 254, port: 47077 };

/**
 * Addresses 127.77.x.1 to 127.77.x.253, where x is the first block that no other task runner of this machine uses.
 * An address is handed out again as late as possible: a caller that still holds it must not reach another task.
 */
export function createLoopbackAddresses(): AddressPool {
  const owners = new Map<string, { address: string; uses: number }>();
  const taken = new Set<string>();
  let block: Promise<number> | undefined;
  let previousHost = FIRST_HOST - 1;

  const nextFree = (x: number): string => {
    for (let step = 1; step <= LAST_HOST; step++) {
      const host = ((previousHost + step - FIRST_HOST) % LAST_HOST) + FIRST_HOST;
      const address = `127.77.${x}.${host}`;
      if (taken.has(address)) continue;
      previousHost = host;
      return address;
    }
    throw new ContainerStartError("a task", `all ${LAST_HOST} loopback addresses are in use`);
  };

  return {
    async acquire(owner) {
      block ??= reserveBlock();
      const x = await block;
      const lease = owners.get(owner) ?? { address: nextFree(x), uses: 0 };
      lease.uses += 1;
      taken.add(lease.address);
      owners.set(owner, lease);
      return lease.address;
    },
    release(owner) {
      const lease = owners.get(owner);
      if (!lease) return;
      lease.uses -= 1;
      if (lease.uses > 0) return;
      owners.delete(owner);
      taken.delete(lease.address);
    },
  };
}

async function reserveBlock(): Promise<number> {
  for (let x = 0; x < BLOCKS; x++) {
    if (await reserve(`127.77.${x}.${RESERVATION.host}`)) return x;
  }
  throw new ContainerStartError("a task", "all 256 blocks of 127.77.0.0/16 are used by other task runners");
}

function reserve(host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(new ContainerStartError("a task", `this machine has no loopback address ${host}`, { cause: error }));
    });
    server.listen({ host, port: RESERVATION.port, exclusive: true }, () => {
      server.unref();
      resolve(true);
    });
  });
}
