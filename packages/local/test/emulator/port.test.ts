import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import fc from "fast-check";
import { freePort, preferredPort } from "../../src/emulator/port";

describe("the emulator's port", () => {
  it("stays the same for a directory and below the ephemeral range", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const port = preferredPort(`/projects/${name}`);
        expect(port).to.equal(preferredPort(`/projects/${name}`));
        expect(port).to.be.within(20_000, 31_999);
      }),
    );
  });

  it("moves on from a port that is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      expect(await freePort(port)).to.be.within(port + 1, port + 49);
    } finally {
      server.close();
    }
  });
});
