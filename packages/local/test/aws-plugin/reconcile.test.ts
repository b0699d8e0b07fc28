import { expect } from "chai";
import { DEFAULTS } from "../../src/aws-plugin/check";
import {
  IMPORTED,
  inputsFromState,
  outputsFromState,
  plannedOutputs,
  updatedOutputs,
} from "../../src/aws-plugin/reconcile";
import { UNKNOWN } from "../../src/aws-plugin/wire";
import { exampleType } from "./example-type";

const last = { name: "a", size: 1, mode: "plain", secretText: "hidden", [DEFAULTS]: ["mode"] };

describe("reconcile", () => {
  it("leaves the inputs alone when AWS reports what was asked, more or less", () => {
    const state = { name: "a", size: "1", mode: "plain", shape: { sides: 0 }, arn: "arn" };
    expect(inputsFromState(exampleType, last, state)).to.deep.equal(last);
  });

  it("takes up what drifted: changed, added and removed", () => {
    const state = { name: "a", mode: "fancy", members: ["x"], arn: "arn" };
    expect(inputsFromState(exampleType, last, state)).to.deep.equal({
      name: "a",
      mode: "fancy",
      members: ["x"],
      secretText: "hidden",
      [DEFAULTS]: ["mode"],
    });
  });

  it("sees a tag that someone added", () => {
    const state = { ...last, tags: { theirs: "1" } };
    expect(inputsFromState(exampleType, { ...last, tags: { own: "1" } }, state)["tags"]).to.deep.equal({ theirs: "1" });
  });

  it("marks inputs that no program has given yet", () => {
    const imported = inputsFromState(exampleType, {}, { name: "a", size: 0, members: [] });
    expect(imported).to.deep.equal({ name: "a", [DEFAULTS]: [], [IMPORTED]: true });
  });

  it("reports outputs in the words of the program, completed by what AWS adds", () => {
    const inputs = { ...last, policy: '{"Statement": []}', shape: { sides: 3 } };
    const state = { name: "a", policy: '{"Statement":[]}', shape: { sides: 3, corner: { round: true } }, arn: "arn" };

    expect(outputsFromState(exampleType, inputs, state)).to.include({
      policy: '{"Statement": []}',
      secretText: "hidden",
      arn: "arn",
    });
    expect(outputsFromState(exampleType, inputs, state)["shape"]).to.deep.equal(state.shape);
  });

  it("promises in a preview what is known, and nothing else", () => {
    expect(plannedOutputs(exampleType, { size: 1, [DEFAULTS]: [] })).to.deep.equal({
      size: 1,
      arn: UNKNOWN,
      version: UNKNOWN,
      name: UNKNOWN,
      region: UNKNOWN,
    });
    const updated = updatedOutputs(exampleType, { name: "a", size: 1, arn: "arn", version: 1 }, { mode: "fancy" });
    expect(updated).to.deep.equal({ name: "a", mode: "fancy", arn: "arn", version: UNKNOWN });
  });
});
