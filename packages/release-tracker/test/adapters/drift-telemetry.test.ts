import { expect } from "chai";
import { stub } from "sinon";
import { createDriftMetrics } from "../../src/adapters/powertools-drift-telemetry";
import { connectDriftReconciler } from "../../src/adapters/drift-connection";
import { createObserverClients } from "../../src/adapters/observer-clients";
import { realSleeper, systemClock } from "@slipway/aws-runtime";
import { METRICS } from "../../src/contract";

interface EmbeddedMetric {
  readonly project: string;
  readonly environment: string;
  readonly DriftedServices: number;
  readonly _aws: { readonly CloudWatchMetrics: readonly object[] };
}

describe("drift telemetry", () => {
  it("counts under exactly the dimensions that the alarms look at", () => {
    // Powertools has a console of its own, which writes here.
    const print = stub(process.stdout, "write");
    try {
      const metrics = createDriftMetrics("shop");
      metrics.countDrifted("staging", 2);
      metrics.countDrifted("production", 0);
      print.restore();
      const lines = print.getCalls().map(({ args }) => JSON.parse(String(args[0])) as EmbeddedMetric);

      const counted = lines.map(({ project, environment, DriftedServices }) => [project, environment, DriftedServices]);
      expect(counted).to.deep.equal([
        ["shop", "staging", 2],
        ["shop", "production", 0],
      ]);
      expect(lines[1]?._aws.CloudWatchMetrics).to.deep.equal([
        {
          Namespace: METRICS.namespace,
          Dimensions: [[METRICS.projectDimension, METRICS.environmentDimension]],
          Metrics: [{ Name: METRICS.driftedServices, Unit: "Count" }],
        },
      ]);
    } finally {
      print.restore();
    }
  });
});

describe("connectDriftReconciler", () => {
  it("names the variable that is missing", () => {
    expect(() => connectDriftReconciler({}, realSleeper, systemClock)).to.throw("[SLIPWAY_PROJECT_ID] is not set");
  });
});

describe("createObserverClients", () => {
  it("refuses an environment without an observer role", async () => {
    const failure = await createObserverClients([{ id: "staging" }])("staging").then(
      () => "none",
      (error: Error) => error.message,
    );

    expect(failure).to.equal("no observer role was given for staging");
  });
});
