import { expect } from "chai";
import { deployRelease, openReleaseTracker, type TrackerConnection } from "../src/library";

const connection: TrackerConnection = {
  project: { id: "shop", name: "Shop", environments: [{ id: "stage", name: "Staging", stack: "stage" }] },
  releasesTable: "releases",
  deploymentsTable: "deployments",
};
const wanted = { releaseId: "latest", environmentId: "stage" };

describe("the library's input", () => {
  const wrong: readonly (readonly [string, object, string])[] = [
    ["no releases table", { releasesTable: undefined }, "[releasesTable] is missing"],
    ["an empty releases table", { releasesTable: "" }, "[releasesTable] is missing"],
    ["no deployments table", { deploymentsTable: undefined }, "[deploymentsTable] is missing"],
    ["an unresolved output for a table", { deploymentsTable: {} }, "[deploymentsTable] is no text"],
    ["no project", { project: undefined }, "[project] is missing"],
    ["an empty event bus", { eventBus: "" }, "[eventBus] is missing"],
  ];
  for (const [what, change, message] of wrong) {
    it(`refuses ${what} before any request`, async () => {
      const given: TrackerConnection = Object.assign({}, connection, change);

      expect(() => openReleaseTracker(given))
        .to.throw(message)
        .with.property("code", "invalid-input");
      const error: unknown = await deployRelease({ ...given, ...wanted }).catch((thrown: unknown) => thrown);
      expect(error).to.have.property("message", message);
      expect(error).to.have.property("hint").that.is.a("string");
    });
  }

  for (const field of ["releaseId", "environmentId"]) {
    it(`refuses a deployment without ${field}`, async () => {
      const given = Object.assign({ ...connection, ...wanted }, { [field]: undefined });

      const error: unknown = await deployRelease(given).catch((thrown: unknown) => thrown);
      expect(error).to.have.property("message", `[${field}] is missing`);
    });
  }
});
