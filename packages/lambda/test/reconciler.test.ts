import { policiesOf, policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { Reconciler } from "../src/reconciler";

const record = (everyMinutes: number) =>
  recordProgram(() => new Reconciler("drift", { bundle: "/bundles/drift", everyMinutes }));

describe("Reconciler", () => {
  it("invokes its function on a schedule and keeps invocations that never reached it", async () => {
    const { resource, result } = await record(15);

    const target = resource("drift-schedule").inputs["target"];
    expect(resource("drift-schedule").inputs).to.deep.include({
      scheduleExpression: "rate(15 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
    });
    expect(target).to.deep.include({
      arn: await valueOf(result.functionArn),
      deadLetterConfig: { arn: await valueOf(result.deadLetterQueueArn) },
    });
  });

  it("goes off when two intervals pass without a run", async () => {
    const { resource } = await record(15);

    expect(resource("drift-has-not-run").inputs).to.deep.include({
      metricName: "Invocations",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      period: 900,
      evaluationPeriods: 2,
      treatMissingData: "breaching",
    });
  });

  it("says a minute in the singular, as EventBridge wants it", async () => {
    const { resource } = await record(1);

    expect(resource("drift-schedule").inputs["scheduleExpression"]).to.equal("rate(1 minute)");
  });

  it("is assumed by the scheduler of its own account only", async () => {
    const { resources, resource } = await record(15);

    expect(policyLint(resources)).to.deep.equal([]);
    const [trust] = policiesOf([resource("drift-schedule-role")])[0]?.document.Statement ?? [];
    expect(trust?.Condition).to.deep.equal({
      StringEquals: {
        "aws:SourceAccount": "123456789012",
        "aws:SourceArn": "arn:aws:scheduler:eu-west-2:123456789012:schedule-group/default",
      },
    });
  });

  for (const everyMinutes of [0, 721, 1.5, Number.NaN]) {
    it(`refuses an interval of ${everyMinutes} minutes, naming the argument`, async () => {
      const failure = await record(everyMinutes).then(
        () => "none",
        (error: Error) => error.message,
      );

      expect(failure).to.match(/^\[everyMinutes\]/);
    });
  }
});
