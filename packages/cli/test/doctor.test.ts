import { expect } from "chai";
import { backendChecks } from "../src/doctor/backend-checks";
import { examine } from "../src/doctor/examine";
import { isAtLeast, machineChecks } from "../src/doctor/machine-checks";
import type { Surroundings } from "../src/doctor/surroundings";
import { targetChecks } from "../src/doctor/target-checks";

const checks = [...machineChecks, ...backendChecks, ...targetChecks];

/** A machine on which everything is as it should be. */
const healthy: Surroundings = {
  env: {
    PULUMI_HOME: "/home/.pulumi",
    PULUMI_BACKEND_URL: "file:///state",
    AWS_REGION: "eu-west-2",
    AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
  },
  cwd: __dirname,
  home: "/home",
  nodeVersion: "20.19.0",
  output: async () => "v3.259.0",
  isOnPath: () => true,
  list: () => ["resource-aws-v7.48.0", "resource-awsx-v3.9.0"],
  read: () => undefined,
  httpStatus: async () => 200,
  caller: async () => ({ account: "000000000000", arn: "arn:aws:iam::000000000000:root" }),
};

const look = async (changed: Partial<Surroundings>, title: string) => {
  const found = await examine(checks, { ...healthy, ...changed }, () => undefined);
  return found.find((each) => each.title === title);
};

describe("doctor", () => {
  it("finds nothing wrong with a healthy machine", async () => {
    const found = await examine(checks, healthy, () => undefined);
    expect(found.filter(({ status }) => status !== "ok").map(({ title }) => title)).to.deep.equal([]);
  });

  it("says whether a local emulator or AWS itself is meant", async () => {
    expect(await look({}, "target"))
      .to.have.property("detail")
      .that.includes("local emulator at http://127.0.0.1:4566");
    expect(await look({ env: {} }, "target"))
      .to.have.property("detail")
      .that.includes("AWS itself");
  });

  const unreachable = async (): Promise<never> => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "X" }) });
  };
  const illnesses: readonly (readonly [Partial<Surroundings>, title: string, status: string, detail: string])[] = [
    [{ nodeVersion: "18.20.0" }, "Node", "failed", "too old"],
    [{ output: async () => undefined }, "Pulumi CLI", "failed", "not on PATH"],
    [{ output: async () => "v3.100.0" }, "Pulumi CLI", "failed", "too old"],
    [{ isOnPath: () => false }, "language host", "failed", "not on PATH"],
    [{ list: () => [] }, "plugins", "warning", "no aws and no awsx"],
    [
      { list: () => [], env: { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } },
      "plugins",
      "failed",
      "no aws and no awsx",
    ],
    [{ env: {} }, "backend", "failed", "no backend"],
    [{ env: {} }, "region", "warning", "not set"],
    [{ httpStatus: unreachable }, "target", "failed", "connect ECONNREFUSED"],
    [{ caller: unreachable }, "credentials", "failed", "connect ECONNREFUSED"],
    [{ cwd: "/" }, "project", "failed", "no Pulumi.yaml"],
  ];
  for (const [changed, title, status, detail] of illnesses) {
    it(`${title}: ${status} with "${detail}", and how to mend it`, async () => {
      const found = await look(changed, title);
      expect(found).to.include({ status });
      expect(found?.detail).to.include(detail);
      expect(found?.mend).to.match(/\S/);
    });
  }

  it("shows no user and password of a backend address", async () => {
    const found = await look({ env: { PULUMI_BACKEND_URL: "postgres://me:canary@host/state" } }, "backend");
    expect(found).to.have.property("detail", "postgres://host/state");
  });

  it("goes on after a check that breaks", async () => {
    const broken = { title: "odd", check: () => Promise.reject(new Error("boom")) };
    const found = await examine([broken, ...machineChecks], healthy, () => undefined);
    expect(found[0]).to.include({ status: "failed" });
    expect(found).to.have.length(machineChecks.length + 1);
  });

  it("compares versions part by part", () => {
    expect(isAtLeast("v3.259.0", "3.248.0")).to.equal(true);
    expect(isAtLeast("3.9.0", "3.248.0")).to.equal(false);
    expect(isAtLeast("4.0.0-beta.1", "3.248.0")).to.equal(true);
  });
});
