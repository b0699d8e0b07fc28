import { InvalidInputError } from "@slipway/core";
import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { METRICS } from "../../src/contract";
import { serve } from "../../src/handlers/serve";
import type { TlsSource } from "../../src/tls/source";
import { createWorld } from "../support/world";

const DAY = 86_400_000;

/** A service that is told to end as soon as it asks for work. */
async function served(certificates?: TlsSource) {
  const world = createWorld();
  const ending = new AbortController();
  world.queue.receive = async () => {
    ending.abort();
    return undefined;
  };
  await serve({ ...world, certificates }, ending.signal);
  return world;
}

describe("serve", () => {
  it("tells how many days the certificates for the data key service are good", async () => {
    const validUntil = new Date(Date.parse("2026-11-21T10:00:00Z") + 9.5 * DAY);

    const { counted } = await served({
      current: async () => ({ options: { ca: [], minVersion: "TLSv1.2" }, validUntil }),
    });

    expect(counted[METRICS.dataKeyServiceCertificateDays]).to.equal(9);
  });

  it("does not begin with certificates that do not fit together", async () => {
    const wrong = new InvalidInputError("SLIPWAY_DATA_KEY_SERVICE_TRUST", "holds no certificate");

    expect(await rejectionOf(served({ current: () => Promise.reject(wrong) }))).to.equal(wrong);
  });

  it("goes on when they cannot be read any more, and says so", async () => {
    let asked = 0;
    const certificates: TlsSource = {
      current: async () => {
        asked += 1;
        if (asked > 1) throw new InvalidInputError("SLIPWAY_DATA_KEY_SERVICE_TRUST", "holds no certificate");
        return { options: { ca: [], minVersion: "TLSv1.2" }, validUntil: new Date() };
      },
    };

    const { logged } = await served(certificates);

    expect(logged.join("\n")).to.include("certificates were not read").and.include('"message":"ended"');
  });

  it("tells nothing of certificates where there are none", async () => {
    expect((await served()).counted).to.not.have.property(METRICS.dataKeyServiceCertificateDays);
  });
});
