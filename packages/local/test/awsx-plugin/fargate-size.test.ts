import { expect } from "chai";
import fc from "fast-check";
import { type ContainerSize, fargateSize } from "../../src/awsx-plugin/fargate-size";

describe("the size of a Fargate task", () => {
  const sizes: [string, ContainerSize[], { cpu: string; memory: string } | undefined][] = [
    ["is the smallest when nothing is asked for", [{}], { cpu: "256", memory: "512" }],
    ["holds all containers together", [{ cpu: 256 }, { cpu: 128, memory: 1024 }], { cpu: "512", memory: "1024" }],
    [
      "counts the reservation, not the limit",
      [{ memory: 4096, memoryReservation: 512 }],
      { cpu: "256", memory: "512" },
    ],
    ["takes more CPU where the memory needs it", [{ cpu: 256, memory: 3072 }], { cpu: "512", memory: "3072" }],
    ["does not exist beyond the largest", [{ memory: 245 * 1024 }], undefined],
  ];
  for (const [title, containers, expected] of sizes) {
    it(title, () => expect(fargateSize(containers)).to.deep.equal(expected));
  }

  it("is never less than what the containers ask for", () => {
    const container = fc.record({ cpu: fc.nat(16_384), memory: fc.nat(61_440) });
    fc.assert(
      fc.property(fc.array(container, { maxLength: 4 }), (containers) => {
        const size = fargateSize(containers);
        if (!size) return;
        expect(Number(size.cpu)).to.be.at.least(containers.reduce((total, { cpu }) => total + cpu, 0));
        expect(Number(size.memory)).to.be.at.least(containers.reduce((total, { memory }) => total + memory, 0));
      }),
    );
  });
});
