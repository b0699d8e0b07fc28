import { performance } from "node:perf_hooks";
import { expect } from "chai";
import { createAcceptor, fixture, request, SIGNED } from "../support/webhooks";

describe("C2 a webhook is answered long before its sender gives up", () => {
  it("C2 with 64 senders at once, 99 of 100 answers come within a second", async () => {
    const acceptor = createAcceptor();
    const body = fixture("github/push.json");
    const times: number[] = [];
    const send = async (): Promise<void> => {
      const started = performance.now();
      const { statusCode } = await acceptor.accept(request("github", SIGNED.github(body), body));
      if (statusCode === 202) times.push(performance.now() - started);
    };

    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 64 }, send));

    expect(times).to.have.length(640);
    expect(times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]).to.be.below(1000);
  });
});
