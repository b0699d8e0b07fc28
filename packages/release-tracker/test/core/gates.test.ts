import { expect } from "chai";
import { checkDeploy, checkRollback, isInWindow } from "../../src/core/gates";
import type { GateFacts } from "../../src/core/gates";
import type { DeploymentWindow } from "../../src/core/manifest";
import { aDeployment } from "../fixtures";

const office: DeploymentWindow = {
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "09:00",
  to: "17:00",
  timezone: "Europe/London",
};

const facts = (parts: Partial<GateFacts> = {}): GateFacts => ({
  now: new Date("2026-11-20T12:00:00Z"),
  releaseId: "r",
  environment: { id: "prod", name: "Production", stack: "prod" },
  deployments: [],
  ...parts,
});

const kinds = (parts: Partial<GateFacts>): readonly string[] => checkDeploy(facts(parts)).map(({ kind }) => kind);

describe("isInWindow", () => {
  const cases: readonly (readonly [string, DeploymentWindow, boolean])[] = [
    ["2026-11-20T09:00:00Z", office, true],
    ["2026-11-20T08:59:59Z", office, false],
    ["2026-11-20T17:00:00Z", office, false],
    ["2026-11-21T12:00:00Z", office, false],
    // London is an hour ahead of UTC in summer.
    ["2026-07-20T08:30:00Z", office, true],
    ["2026-07-20T16:30:00Z", office, false],
    ["2026-11-20T23:30:00Z", { days: ["fri"], from: "22:00", to: "02:00", timezone: "UTC" }, true],
    ["2026-11-21T01:30:00Z", { days: ["fri"], from: "22:00", to: "02:00", timezone: "UTC" }, true],
    ["2026-11-20T01:30:00Z", { days: ["fri"], from: "22:00", to: "02:00", timezone: "UTC" }, false],
    ["2026-11-20T00:00:00Z", { days: ["fri"], from: "00:00", to: "23:59", timezone: "UTC" }, true],
  ];

  for (const [moment, window, expected] of cases) {
    it(`${moment} is ${expected ? "in" : "outside"} ${window.days.join(" ")} ${window.from}-${window.to} ${window.timezone}`, () => {
      expect(isInWindow(window, new Date(moment))).to.equal(expected);
    });
  }
});

describe("checkDeploy", () => {
  const by = { id: "a", name: "a" };
  const environment = { id: "prod", name: "Production", stack: "prod" };
  const pin = { reason: "x", date_created: "", pinned_by: by, release_id: "pinned" };
  const staged = aDeployment({
    environment: { id: "stage", name: "Staging" },
    status: "succeeded",
    date_finished: "2026-11-20T11:50:00.000000",
  });

  it("allows what nothing forbids", () => {
    expect(kinds({})).to.deep.equal([]);
  });

  it("names everything that stands in the way", () => {
    const freezes = [{ from: "2026-11-20T00:00:00Z", to: "2026-11-22T00:00:00Z", reason: "sale" }];
    const windows = [{ ...office, days: ["mon" as const] }];
    const rejection = { release_id: "r", reason: "x", date_created: "", rejected_by: by };

    expect(
      kinds({ pin, rejection, environment: { ...environment, freezes, windows, requires: "stage" } }),
    ).to.deep.equal(["rejected", "pinned", "frozen", "outside-window", "order"]);
    expect(checkRollback(facts({ pin, rejection })).map(({ kind }) => kind)).to.deep.equal(["rejected"]);
  });

  it("lets the release through that the environment is pinned to", () => {
    expect(kinds({ pin, releaseId: "pinned" })).to.deep.equal([]);
  });

  it("counts only successful deployments of the environment before", () => {
    const gated = { ...environment, requires: "stage" };

    expect(kinds({ environment: gated, deployments: [{ ...staged, status: "failed" }] })).to.deep.equal(["order"]);
    expect(kinds({ environment: gated, deployments: [{ ...staged, environment }] })).to.deep.equal(["order"]);
    expect(kinds({ environment: gated, deployments: [staged] })).to.deep.equal([]);
  });

  it("measures the soak time from the first success", () => {
    const gated = { ...environment, requires: "stage", soak_minutes: 10 };
    const later = { ...staged, date_finished: "2026-11-20T11:59:00.000000" };

    expect(kinds({ environment: { ...gated, soak_minutes: 11 }, deployments: [staged] })).to.deep.equal(["soak"]);
    expect(kinds({ environment: gated, deployments: [later, staged] })).to.deep.equal([]);
  });
});
