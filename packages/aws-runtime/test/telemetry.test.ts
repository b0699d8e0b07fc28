import { expect } from "chai";
import { createMetrics } from "../src/telemetry";

describe("createMetrics", () => {
  /** The metrics that are printed while something is counted; nothing else may be printed. */
  function printed(count: () => void): readonly Record<string, unknown>[] {
    const { stdout } = process;
    const { write } = stdout;
    let text = "";
    stdout.write = (chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    };
    try {
      count();
    } finally {
      stdout.write = write;
    }
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  const dimensionsOf = ({ _aws }: Record<string, unknown>): unknown =>
    (_aws as { CloudWatchMetrics: { Dimensions: unknown }[] }).CloudWatchMetrics[0]?.Dimensions;

  it("counts under its one dimension, and under it with others beside", () => {
    const metrics = createMetrics({ namespace: "N", dimension: "name", value: "egress" });
    const lines = printed(() => {
      metrics.count({ sent: 2 }, { recipient: "team" });
      metrics.count({ sent: 1 });
    });

    expect(lines.map((line) => [dimensionsOf(line), line["name"], line["recipient"], line["sent"]])).to.deep.equal([
      [[["name"]], "egress", undefined, 2],
      [[["name", "recipient"]], "egress", "team", 2],
      [[["name"]], "egress", undefined, 1],
    ]);
  });
});
