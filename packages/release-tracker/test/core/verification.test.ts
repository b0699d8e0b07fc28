import { expect } from "chai";
import { judgeService } from "../../src/core/verification";
import type { ServiceObservation } from "../../src/core/verification";
import { compareServices } from "../../src/core/status";
import { digest } from "../fixtures";

const image = `example.com/cart:1@${digest(1)}`;
const other = `example.com/cart:2@${digest(2)}`;

const seen = (parts: Partial<ServiceObservation> = {}): ServiceObservation => ({
  desired: 2,
  running: 2,
  rollout: "completed",
  deployments: 1,
  digests: [digest(1), digest(1)],
  stopped: [],
  ...parts,
});

describe("judgeService", () => {
  const cases: readonly (readonly [string, ServiceObservation, string, string])[] = [
    ["every task runs the digest", seen(), image, "verified"],
    ["one task runs another digest", seen({ digests: [digest(1), digest(2)] }), image, "failed"],
    ["a task does not tell its digest", seen({ digests: [digest(1), undefined] }), image, "waiting"],
    ["the old tasks still run", seen({ deployments: 2 }), image, "waiting"],
    ["a task is missing", seen({ running: 1 }), image, "waiting"],
    ["the rollout goes on", seen({ rollout: "in-progress" }), image, "waiting"],
    ["the rollout failed", seen({ rollout: "failed" }), image, "failed"],
    [
      "no task is wanted and the definition is right",
      seen({ desired: 0, running: 0, digests: [], image }),
      image,
      "verified",
    ],
    [
      "no task is wanted and the definition is another",
      seen({ desired: 0, running: 0, digests: [], image: other }),
      image,
      "failed",
    ],
    ["the image has no digest and the definition is right", seen({ image: "x:1" }), "x:1", "verified"],
    ["the image has no digest and the definition is another", seen({ image: "x:2" }), "x:1", "failed"],
  ];

  for (const [what, observation, wanted, kind] of cases) {
    it(`${kind} when ${what}`, () => {
      expect(judgeService(observation, wanted).kind).to.equal(kind);
    });
  }

  it("tells why a rollout failed: the reason, the stopped task and the last event", () => {
    const failed = seen({
      rollout: "failed",
      rolloutReason: "circuit breaker",
      stopped: ["exit 1", "older"],
      event: "no",
    });

    expect(judgeService(failed, image)).to.have.property(
      "reason",
      "its deployment failed; circuit breaker; exit 1; no",
    );
  });
});

describe("compareServices", () => {
  const running = (digests: readonly string[], desired = 1) => ({ cart: { digests, desired } });
  const cases = [
    ["all agree", image, running([digest(1)]), []],
    ["the label moved", other, running([digest(1)]), ["label"]],
    ["something else runs", image, running([digest(2)]), ["running"]],
    ["two versions run", image, running([digest(1), digest(2)]), ["running"]],
    ["nothing runs", image, running([]), ["not-running"]],
    ["nothing is wanted", image, running([], 0), []],
    ["nobody could look", image, undefined, []],
  ] as const;

  for (const [what, label, runs, drift] of cases) {
    it(`R7 finds ${drift.join() || "no drift"} when ${what}`, () => {
      expect(compareServices({ cart: image }, { cart: label }, runs)[0]?.drift).to.deep.equal(drift);
    });
  }

  it("lists services that only one side knows", () => {
    const services = compareServices({ a: image }, { b: image }, { c: { digests: [], desired: 0 } });

    expect(services.map(({ service }) => service)).to.deep.equal(["a", "b", "c"]);
  });
});
