import { policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { source, target } from "../src";

describe("the artefact promotion example", () => {
  it("has the source let in exactly the roles and the queue that the target makes", async () => {
    const made = await recordProgram(() => target("111111111111"), {
      outputs: { "aws:lambda/invocation:Invocation": () => ({ result: "{}" }) },
    });
    const open = await recordProgram(() => source("123456789012"));

    const roles = made
      .ofType("aws:iam/role:Role")
      .flatMap(({ inputs: { name } }) => (name === undefined ? [] : [name]));
    const reading = String(open.resource("artefacts-bucket-policy").inputs["policy"]);
    const subscribing = String(open.resource("artefacts-topic-policy").inputs["policy"]);
    expect(roles).to.have.length(3);
    for (const role of roles) expect(reading).to.include(`"arn:aws:iam::123456789012:role/${String(role)}"`);
    expect(subscribing).to.include(String(made.resource("artefacts-subscription").inputs["endpoint"]));
    expect(policyLint([...made.resources, ...open.resources])).to.deep.equal([]);
  });

  it("meets at one bucket and one topic", async () => {
    const made = await recordProgram(() => target("123456789012"), {
      outputs: { "aws:lambda/invocation:Invocation": () => ({ result: "{}" }) },
    });
    const open = await recordProgram(() => source("222222222222"));

    expect(made.resource("artefacts-subscription").inputs["topic"]).to.equal(await valueOf(open.result.topicArn));
    expect((await valueOf(made.result.artefacts)).source).to.deep.equal({
      name: open.resource("artefacts-bucket").inputs["bucket"],
      owner: "123456789012",
    });
  });

  it("lets in whoever runs the command line, and can be taken down again", async () => {
    const operator = "arn:aws:iam::123456789012:role/operator";
    const open = await recordProgram(() => source("123456789012", { operatorRoleArns: [operator], protect: false }));

    expect(String(open.resource("artefacts-bucket-policy").inputs["policy"])).to.include(`"${operator}"`);
    expect(open.resource("artefacts-bucket").inputs["forceDestroy"]).to.equal(true);
  });
});
