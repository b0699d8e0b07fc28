import { SEED } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { decide, EVENT_KINDS, type PipelineEvent } from "../../src/core/decide";
import {
  edges,
  isLegal,
  isTerminal,
  MACHINE_HELD,
  patienceOf,
  sourcesOf,
  STATUSES,
  statusDiagram,
  timeOutOf,
  TRANSITIONS,
  type Status,
} from "../../src/core/status";

/** Statuses in which a pipeline waits for a person, and may do so for ever. */
const RESTING: readonly Status[] = [
  "Pre Provisioned",
  "Ready for Deployment",
  "Deployed",
  "Failed to Deploy",
  "Failed to Provision",
  "Failed to Delete",
];

function reachable(from: Status): ReadonlySet<Status> {
  const seen = new Set<Status>();
  const visit = (status: Status): void => {
    for (const next of TRANSITIONS[status]) if (!seen.has(next)) visit((seen.add(next), next));
  };
  visit(from);
  return seen;
}

const eventOf = (kind: PipelineEvent["kind"], version = 1, build = 1): PipelineEvent =>
  ({ kind, version, build }) as unknown as PipelineEvent;

describe("the statuses of a pipeline", () => {
  it("are the thirteen, by their exact names", () => {
    expect(STATUSES).to.have.length(13);
    expect(Object.keys(TRANSITIONS).sort()).to.deep.equal([...STATUSES].sort());
    expect(STATUSES.filter(isTerminal)).to.deep.equal(["Deleted"]);
  });

  it("have exactly these moves", () => {
    expect(edges().map(([from, to]) => `${from} -> ${to}`)).to.deep.equal([
      "Pre Provisioned -> Provision Request",
      "Pre Provisioned -> Scheduled for Deletion",
      "Provision Request -> Provisioning",
      "Provision Request -> Failed to Provision",
      "Provision Request -> Scheduled for Deletion",
      "Provisioning -> Ready for Deployment",
      "Provisioning -> Failed to Provision",
      "Ready for Deployment -> Queued",
      "Ready for Deployment -> Scheduled for Deletion",
      "Queued -> Deploying",
      "Queued -> Failed to Deploy",
      "Queued -> Scheduled for Deletion",
      "Deploying -> Deployed",
      "Deploying -> Failed to Deploy",
      "Deployed -> Queued",
      "Deployed -> Scheduled for Deletion",
      "Failed to Deploy -> Queued",
      "Failed to Deploy -> Scheduled for Deletion",
      "Scheduled for Deletion -> Deleting",
      "Scheduled for Deletion -> Failed to Delete",
      "Failed to Provision -> Provision Request",
      "Failed to Provision -> Scheduled for Deletion",
      "Deleting -> Deleted",
      "Deleting -> Failed to Delete",
      "Failed to Delete -> Scheduled for Deletion",
    ]);
  });

  it("P1 that Slipway holds have one time-out edge and a limit, those that wait for a person none", () => {
    const held = STATUSES.filter((status) => !isTerminal(status) && !RESTING.includes(status));
    expect(MACHINE_HELD).to.have.members(held);
    for (const status of held) {
      expect(
        TRANSITIONS[status].filter((to) => to.startsWith("Failed to ")),
        status,
      ).to.have.length(1);
      expect(isLegal(status, timeOutOf(status) ?? "Deleted"), status).to.equal(true);
      expect(patienceOf(status), status).to.be.greaterThan(0);
    }
    for (const status of RESTING) expect([timeOutOf(status), patienceOf(status)]).to.deep.equal([undefined, undefined]);
  });

  it("all come from the first one, and all may end", () => {
    expect(new Set([...reachable("Pre Provisioned"), "Pre Provisioned"])).to.deep.equal(new Set(STATUSES));
    for (const status of STATUSES.filter((each) => !isTerminal(each))) {
      expect(reachable(status).has("Deleted"), status).to.equal(true);
    }
  });

  it("go into the condition of a write from the same table", () => {
    for (const to of STATUSES)
      expect(sourcesOf(to)).to.deep.equal(STATUSES.filter((from) => TRANSITIONS[from].includes(to)));
  });

  it("are drawn with every move and no other one", () => {
    const arrows = statusDiagram()
      .split("\n")
      .filter((line) => line.includes("-->") && !line.includes("[*]"));
    expect(arrows).to.have.length(edges().length);
    expect(statusDiagram()).to.include('state "Failed to Deploy" as FailedtoDeploy');
  });

  for (const status of STATUSES) {
    for (const kind of EVENT_KINDS) {
      it(`P1 ${kind} of ${status} is decided`, () => {
        const decision = decide({ status, version: 1, build: 1 }, eventOf(kind));
        if (decision.kind === "move") expect(isLegal(status, decision.to)).to.equal(true);
        else if (decision.kind === "reject") expect(kind).to.match(/-requested$/);
        else expect(decision.reason).to.be.oneOf(["duplicate", "late", "no-time-limit"]);
      });
    }
  }

  it("P1 whatever is sent is answered, and never with a move that the table does not have", () => {
    const kinds = fc.oneof(fc.constantFrom(...EVENT_KINDS), fc.string(), fc.constantFrom("__proto__", "constructor"));
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), kinds, fc.nat(3), fc.nat(3), (status, kind, version, build) => {
        const decision = decide(
          { status, version: 1, build: 1 },
          eventOf(kind as PipelineEvent["kind"], version, build),
        );
        return decision.kind !== "move" || (decision.from === status && isLegal(status, decision.to));
      }),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  it("P7 a report on another build is ignored in every status", () => {
    for (const status of STATUSES) {
      for (const kind of ["deploy-started", "deployed", "deploy-failed"] as const) {
        const decision = decide({ status, version: 1, build: 2 }, { kind, build: 1 });
        expect(decision, status).to.deep.equal({ kind: "ignore", reason: "other-build" });
      }
    }
  });

  it("P1 a time-out of a version that is gone is ignored", () => {
    for (const status of STATUSES) {
      const decision = decide({ status, version: 2 }, { kind: "timed-out", version: 1 });
      expect(decision).to.deep.equal({ kind: "ignore", reason: "late" });
    }
  });
});
