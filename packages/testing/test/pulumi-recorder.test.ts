import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { recordProgram, valueOf } from "../src/pulumi-recorder";

class Thing extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;
  constructor(name: string, inputs: { size: number }, opts?: pulumi.CustomResourceOptions) {
    super("aws:demo/thing:Thing", name, { ...inputs, arn: undefined }, opts);
  }
}

class Group extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  constructor(name: string) {
    super("demo:index:Group", name);
    this.arn = new Thing(`${name}-thing`, { size: 3 }, { parent: this, protect: true }).arn;
    this.registerOutputs();
  }
}

describe("recordProgram", () => {
  it("records type, name, inputs, parent and protection of each resource", async () => {
    const recording = await recordProgram(() => new Group("g"));

    const thing = recording.resource("g-thing");
    expect(thing.type).to.equal("aws:demo/thing:Thing");
    expect(thing.inputs).to.deep.equal({ size: 3 });
    expect(thing.parent).to.match(/::demo:index:Group::g$/);
    expect(thing.protect).to.equal(true);
    expect(recording.ofType("aws:demo/thing:Thing")).to.have.length(1);
    expect(await valueOf(recording.result.arn)).to.equal("arn:aws:demo:eu-west-2:123456789012:g-thing");
  });

  it("waits for resources that depend on others", async () => {
    const recording = await recordProgram(() => {
      const first = new Thing("first", { size: 1 });
      first.arn.apply(() => undefined);
      return new Thing("second", { size: 2 }, { dependsOn: first });
    });

    expect(recording.resources.map(({ name }) => name)).to.deep.equal(["first", "second"]);
  });

  it("answers provider functions and names the one that has no answer", async () => {
    const answers = { "aws:demo:ask": () => ({ value: 42 }) };

    const { result, calls } = await recordProgram(() => pulumi.runtime.invoke("aws:demo:ask", { a: 1 }), { answers });
    expect(result).to.deep.equal({ value: 42 });
    expect(calls).to.deep.equal([{ token: "aws:demo:ask", inputs: { a: 1 }, provider: "" }]);

    const failure = await recordProgram(() => pulumi.runtime.invoke("aws:demo:other", {})).then(
      () => "no failure",
      (error: Error) => error.message,
    );
    expect(failure).to.contain("no answer was given for aws:demo:other");
  });

  it("fails when a name is unknown or taken twice, listing what there is", async () => {
    const recording = await recordProgram(() => new Thing("one", { size: 1 }));

    expect(() => recording.resource("two")).to.throw(
      /0 resources are called two; there are:\n {2}aws:demo\/thing:Thing one/,
    );
  });

  it("tells why an output has no value", async () => {
    const { result } = await recordProgram(() =>
      pulumi.output(1).apply((): number => {
        throw new Error("on purpose");
      }),
    );

    const failure = await valueOf(result).then(String, (error: Error) => error.message);
    expect(failure).to.equal("on purpose");
  });
});
