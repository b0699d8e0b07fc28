import { expect } from "chai";
import {
  decideStatus,
  DEPLOYMENT_STATUSES,
  DEPLOYMENT_TRANSITIONS,
  isTerminal,
  sourcesOf,
} from "../../src/core/deployment-status";
import type { DeploymentStatus } from "../../src/core/deployment-status";

const reachable = (from: DeploymentStatus): ReadonlySet<DeploymentStatus> => {
  const seen = new Set<DeploymentStatus>();
  const visit = (status: DeploymentStatus): void => {
    for (const next of DEPLOYMENT_TRANSITIONS[status]) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(from);
  return seen;
};

describe("deployment statuses", () => {
  for (const from of DEPLOYMENT_STATUSES) {
    for (const to of DEPLOYMENT_STATUSES) {
      const expected =
        from === to || reachable(to).has(from)
          ? "ignore"
          : DEPLOYMENT_TRANSITIONS[from].includes(to)
            ? "move"
            : "reject";

      it(`${from} to ${to}: ${expected}`, () => {
        expect(decideStatus(from, to).kind).to.equal(expected);
      });
    }
  }

  it("end, from wherever", () => {
    for (const status of DEPLOYMENT_STATUSES.filter((each) => !isTerminal(each))) {
      expect([...reachable(status)].some(isTerminal), status).to.equal(true);
      expect(reachable(status).has(status), `${status} in a circle`).to.equal(false);
    }
  });

  it("are all reachable from requested", () => {
    expect(new Set([...reachable("requested"), "requested"])).to.deep.equal(new Set(DEPLOYMENT_STATUSES));
  });

  it("succeed only after verification", () => {
    expect(sourcesOf("succeeded")).to.deep.equal(["verifying"]);
  });
});
