import { expect } from "chai";
import { createLoopbackAddresses } from "../../src/task-runner/loopback-addresses";

describe("loopback addresses", () => {
  it("are never shared by two runners of one machine", async () => {
    const [one, other] = [createLoopbackAddresses(), createLoopbackAddresses()];
    const blocks = [await one.acquire("a"), await other.acquire("a")].map((address) => address.split(".")[2]);
    expect(blocks[0]).not.to.equal(blocks[1]);
  });

  it("stay with their owner until it has let go of them as often as it took them", async () => {
    const addresses = createLoopbackAddresses();
    const first = await addresses.acquire("a");
    expect(await addresses.acquire("a")).to.equal(first);
    addresses.release("a");
    expect(await addresses.acquire("a")).to.equal(first);
  });

  it("are used again only after all others, and refused when all are in use", async () => {
    const addresses = createLoopbackAddresses();
    const first = await addresses.acquire("first");
    addresses.release("first");
    const rest: string[] = [];
    for (let owner = 0; owner < 252; owner++) rest.push(await addresses.acquire(String(owner)));
    expect(new Set(rest)).to.have.lengthOf(252);
    expect(rest).not.to.include(first);
    expect(await addresses.acquire("again")).to.equal(first);
    const failure = await addresses.acquire("one too many").catch((error: unknown) => String(error));
    expect(failure).to.include("all 253 loopback addresses are in use");
  });
});
