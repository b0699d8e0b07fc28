import { recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { shop } from "../src/program";

const uri = `123456789012.dkr.ecr.eu-west-2.amazonaws.com/basket:7@sha256:${"7".repeat(64)}`;

const record = (images: Record<string, string>) =>
  recordProgram(() => shop({ subnets: ["subnet-1"], securityGroups: ["sg-1"] }), {
    answers: {
      "aws:ssm/getParametersByPath:getParametersByPath": ({ path }) => ({
        names: Object.keys(images).map((service) => `${String(path)}/${service}`),
        types: Object.keys(images).map(() => "String"),
        values: Object.values(images),
      }),
    },
  });

describe("the release tracker example", () => {
  it("runs the image that was released to staging, and says where", async () => {
    const { result, resource } = await record({ basket: uri });

    const [container] = JSON.parse(
      String(resource("basket", "aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"]),
    );
    expect(container).to.deep.equal({ name: "basket", image: uri, essential: true });
    expect(resource("basket", "aws:ecs/service:Service").inputs["desiredCount"]).to.equal(1);
    expect(await valueOf(result.releaseServices)).to.deep.equal({
      basket: {
        cluster: "arn:aws:ecs:eu-west-2:123456789012:shop",
        service: "basket-id",
        container: "basket",
        image: uri,
      },
    });
  });

  it("comes up before anything was released, without a task", async () => {
    const { resource } = await record({});

    expect(resource("basket", "aws:ecs/service:Service").inputs["desiredCount"]).to.equal(0);
  });
});
