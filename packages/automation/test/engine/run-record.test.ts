import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { parseEvent } from "../../src/engine/parse-event";
import { RunRecord } from "../../src/engine/run-record";

const URN = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::site";

function step(op: OpType, custom = true) {
  const state = { type: "aws:s3/bucket:Bucket", urn: URN, id: "", parent: "", provider: "", inputs: {}, outputs: {} };
  return { metadata: { op, urn: URN, type: state.type, provider: "", new: { ...state, custom } } };
}
const event = (part: Partial<EngineEvent>): EngineEvent => ({ sequence: 0, timestamp: 0, ...part });

describe("record of a run", () => {
  it("holds an operation as pending until its end is reported", () => {
    const record = new RunRecord();
    record.add(event({ resourcePreEvent: step("create") }));
    expect(record.pending().map(({ operation, name }) => `${operation} ${name}`)).to.deep.equal(["creating site"]);
    record.add(event({ resOutputsEvent: step("create") }));
    expect(record.pending()).to.deep.equal([]);
  });

  it("never counts components and unchanged resources as pending", () => {
    const record = new RunRecord();
    record.add(event({ resourcePreEvent: step("create", false) }));
    record.add(event({ resourcePreEvent: step("same") }));
    expect(record.pending()).to.deep.equal([]);
  });

  it("counts the steps of a replacement as one kind of change", () => {
    const record = new RunRecord();
    const resourceChanges = { replace: 1, same: 4 };
    record.add(event({ summaryEvent: { maybeCorrupt: false, durationSeconds: 2, resourceChanges, policyPacks: {} } }));
    const { changes, hasChanges } = record.result("up", "dev", 5);
    expect(changes).to.include({ replace: 1, same: 4, create: 0 });
    expect(hasChanges).to.equal(true);
  });

  it("shows the caller no debug text and no passing remark", () => {
    const record = new RunRecord();
    const debug = parseEvent(
      '{"sequence":1,"timestamp":1,"diagnosticEvent":{"message":"raw","color":"","severity":"debug"}}',
    );
    expect(debug && record.add(debug)).to.equal(undefined);
    const passing = { message: "creating...", color: "never", severity: "info" as const, ephemeral: true };
    expect(record.add(event({ diagnosticEvent: passing }))).to.equal(undefined);
    expect(record.diagnostics).to.deep.equal([]);
  });
});

describe("lines of the event stream", () => {
  it("skips what is no event and the half line of a killed CLI", () => {
    for (const line of ["", "some text", '{"sequence":12,"timest']) expect(parseEvent(line)).to.equal(undefined);
  });
});
