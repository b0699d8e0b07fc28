import { VirtualTime } from "@slipway/testing";
import { expect } from "chai";
import { createRateLimiter } from "../src/rate-limiter";

describe("createRateLimiter", () => {
  it("R8 never lets more through in any second than allowed, and wastes no time", async () => {
    const time = new VirtualTime();
    const limiter = createRateLimiter(40, time, time);
    const admitted: number[] = [];

    await Promise.all(
      Array.from({ length: 200 }, async () => {
        await limiter.admit();
        admitted.push(time.elapsed());
      }),
    );

    const busiest = Math.max(
      ...admitted.map((start) => admitted.filter((at) => at >= start && at < start + 1000).length),
    );
    expect(busiest).to.equal(40);
    expect(admitted.filter((at) => at === 0)).to.have.length(40);
    expect(Math.max(...admitted)).to.be.within(4000, 4050);
  });
});
