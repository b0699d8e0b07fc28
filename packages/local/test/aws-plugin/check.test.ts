import { expect } from "chai";
import { check, DEFAULTS } from "../../src/aws-plugin/check";
import type { Props } from "../../src/aws-plugin/plain";
import { UNKNOWN } from "../../src/aws-plugin/wire";
import { exampleType } from "./example-type";

const options = { naming: { logicalName: "thing" }, defaultTags: {} };
const checked = (news: Props, olds: Props = {}, defaultTags = {}): Props =>
  check(exampleType, olds, news, { ...options, defaultTags }).inputs;

describe("check", () => {
  it("fills in defaults and a name, and remembers that nobody gave them", () => {
    const inputs = checked({ size: 1 });

    expect(inputs).to.include({ size: 1, mode: "plain" });
    expect(inputs["name"]).to.match(/^thing-[0-9a-f]{7}$/);
    expect(inputs[DEFAULTS]).to.deep.equal(["mode", "name"]);
  });

  it("keeps the name that it chose before", () => {
    const before = checked({});
    expect(checked({ size: 2 }, before)["name"]).to.equal(before["name"]);
  });

  it("chooses a new name when the old one was the program's own", () => {
    const before = checked({ name: "mine" });
    expect(checked({}, before)["name"]).to.match(/^thing-[0-9a-f]{7}$/);
  });

  it("refuses unknown inputs by name, at any depth", () => {
    const { failures } = check(
      exampleType,
      {},
      { colour: "blue", shape: { sides: 3, corner: { sharp: true } } },
      options,
    );

    expect(failures.map(({ property }) => property)).to.deep.equal(["colour", "shape.corner.sharp"]);
    expect(failures[0]?.reason).to.include("`colour` of aws:example/thing:Thing");
  });

  it("refuses a required input that is missing", () => {
    const type = { ...exampleType, inputs: { ...exampleType.inputs, size: { required: true } } };
    expect(check(type, {}, {}, options).failures.map(({ property }) => property)).to.deep.equal(["size"]);
  });

  it("lets the resource's tags win over the provider's default tags", () => {
    const tags = { own: "1", both: "own" };
    expect(checked({ tags }, {}, { both: "default", more: "2" })["tags"]).to.deep.equal({
      own: "1",
      both: "own",
      more: "2",
    });
  });

  it("makes text of a document given as an object, and leaves unknown values alone", () => {
    expect(checked({ policy: { Statement: [] } })["policy"]).to.equal('{"Statement":[]}');
    expect(checked({ policy: UNKNOWN, tags: UNKNOWN }, {}, { a: "b" })).to.include({ policy: UNKNOWN, tags: UNKNOWN });
  });
});
