import { expect } from "chai";
import { DEFAULTS } from "../../src/aws-plugin/check";
import { diff } from "../../src/aws-plugin/diff";
import type { Props } from "../../src/aws-plugin/plain";
import { IMPORTED } from "../../src/aws-plugin/reconcile";
import { SIGNATURE, SIGNATURES, UNKNOWN } from "../../src/aws-plugin/wire";
import { exampleType } from "./example-type";

const between = (olds: Props, news: Props) => diff(exampleType, olds, news);
const archive = (hash: string): Props => ({ [SIGNATURE]: SIGNATURES.archive, path: `/somewhere/${hash}`, hash });

describe("diff", () => {
  it("names the innermost properties that differ, and how", () => {
    const { changes } = between(
      { size: 1, shape: { sides: 3, corner: { round: true } }, tags: { a: "1", b: "2" } },
      { mode: "fancy", shape: { sides: 3, corner: { round: false } }, tags: { a: "1", c: "3" } },
    );

    expect(changes.map(({ path, kind }) => `${kind} ${path}`)).to.have.members([
      "delete size",
      "add mode",
      "update shape.corner.round",
      "delete tags.b",
      "add tags.c",
    ]);
  });

  it("replaces for an input that AWS cannot change, and for one that is not known yet", () => {
    expect(between({ name: "a" }, { name: "b" }).replaces).to.deep.equal(["name"]);
    expect(between({ name: "a" }, { name: UNKNOWN }).replaces).to.deep.equal(["name"]);
    expect(between({ size: 1 }, { size: 2 }).replaces).to.deep.equal([]);
  });

  it("replaces when the provider's region is another one", () => {
    const { replaces } = diff(exampleType, {}, {}, { current: "eu-west-2", wanted: "us-east-1" });
    expect(replaces).to.deep.equal(["region"]);
  });

  it("deletes before it replaces only where both would have the same name", () => {
    const type = { ...exampleType, inputs: { ...exampleType.inputs, size: { replaces: true as const } } };
    const replacement = (news: Props) => diff(type, { name: "a", size: 1 }, { size: 2, ...news }).deleteBeforeReplace;

    expect(replacement({ name: "a" })).to.equal(true);
    expect(replacement({ name: "b" })).to.equal(false);
    expect(replacement({ name: "a", [DEFAULTS]: ["name"] })).to.equal(false);
  });

  it("overlooks the order of sets, but not of lists", () => {
    expect(between({ members: ["a", "b"] }, { members: ["b", "a"] }).changes).to.deep.equal([]);
    expect(between({ order: ["a", "b"] }, { order: ["b", "a"] }).changes).to.have.length(2);
  });

  it("compares archives by content, not by path", () => {
    expect(between({ code: archive("1") }, { code: { ...archive("1"), path: "/else/where" } }).changes).to.deep.equal(
      [],
    );
    expect(between({ code: archive("1") }, { code: archive("2") }).changes.map(({ path }) => path)).to.deep.equal([
      "code",
    ]);
  });

  it("does not take an empty value for a change", () => {
    expect(between({}, { members: [], tags: {}, size: undefined }).changes).to.deep.equal([]);
  });

  it("takes what an import found for what the program asks, unless it says otherwise", () => {
    const found = { [IMPORTED]: true, name: "a", shape: { sides: 3, corner: { round: true } }, mode: "plain" };

    expect(between(found, { name: "a", shape: { sides: 3 }, mode: "plain", secretText: "any" }).changes).to.deep.equal(
      [],
    );
    expect(between(found, { name: "a", shape: { sides: 4 }, mode: "plain" }).changes).to.have.length.greaterThan(0);
  });
});
