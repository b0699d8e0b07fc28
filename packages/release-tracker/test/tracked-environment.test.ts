import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policiesOf, policyLint, recordProgram, valueOf, type RecordOptions } from "@slipway/testing";
import { expect } from "chai";
import { PREVIEW_IMAGES_VARIABLE } from "../src/contract";
import { EnvironmentObserver } from "../src/environment-observer";
import { imagesIn, TrackedEnvironment, UNRELEASED_IMAGE } from "../src/tracked-environment";

const basket = `123456789012.dkr.ecr.eu-west-2.amazonaws.com/basket:7@sha256:${"7".repeat(64)}`;
const answer = (parameters: Record<string, string>) => (inputs: Readonly<Record<string, unknown>>) => ({
  names: Object.keys(parameters).map((service) => `${String(inputs["path"])}/${service}`),
  types: Object.keys(parameters).map(() => "String"),
  values: Object.values(parameters),
});
const answering = (found: ReturnType<typeof answer>): RecordOptions => ({
  answers: { "aws:ssm/getParametersByPath:getParametersByPath": found },
});

const ids = { projectId: "shop", environmentId: "staging" };

describe("TrackedEnvironment", () => {
  it("resolves images from the label of the environment, with one call, through the provider it is given", async () => {
    const { result, calls, resources } = await recordProgram(
      () => {
        const tools = new aws.Provider("tools", { region: "eu-west-2" });
        const shop = new TrackedEnvironment("shop", ids, { provider: tools });
        return { image: shop.image("basket"), again: shop.image("basket"), released: shop.isReleased("basket") };
      },
      answering(answer({ basket })),
    );

    expect(await valueOf(result.image)).to.equal(basket);
    expect(await valueOf(result.released)).to.equal(true);
    expect(calls).to.have.length(1);
    expect(calls[0]?.inputs["path"]).to.equal("/shop/images/staging");
    expect(calls[0]?.provider).to.match(/::tools::/);
    expect(resources.map(({ type }) => type)).to.deep.equal([
      "pulumi:providers:aws",
      "release-tracker:index:TrackedEnvironment",
    ]);
  });

  it("reads another label when told to", async () => {
    const { calls } = await recordProgram(
      () => new TrackedEnvironment("shop", { ...ids, label: "latest" }),
      answering(answer({})),
    );

    expect(calls[0]?.inputs["path"]).to.equal("/shop/images/latest");
  });

  it("gives a placeholder to a service that was never released, and says so", async () => {
    const { result } = await recordProgram(
      () => {
        const shop = new TrackedEnvironment("shop", ids);
        return { image: shop.image("till"), released: shop.isReleased("till") };
      },
      answering(answer({})),
    );

    expect(await valueOf(result.image)).to.equal(UNRELEASED_IMAGE);
    expect(await valueOf(result.released)).to.equal(false);
  });

  it("does not hold image URIs for secrets", async () => {
    const secret = (inputs: Readonly<Record<string, unknown>>) => {
      const found = answer({ basket })(inputs);
      // As a provider marks it: a secret in a mock's answer would arrive as a plain value.
      const { specialSigKey, specialSecretSig } = pulumi.runtime;
      return { ...found, values: { [specialSigKey]: specialSecretSig, value: found.values } };
    };

    const { result } = await recordProgram(() => new TrackedEnvironment("shop", ids).image("basket"), {
      answers: { "aws:ssm/getParametersByPath:getParametersByPath": secret },
    });

    expect(await valueOf(result)).to.equal(basket);
    expect(await pulumi.isSecret(result)).to.equal(false);
  });

  it("refuses encrypted parameters without showing their value", () => {
    const parameters = { names: ["/shop/images/staging/basket"], types: ["SecureString"], values: ["canary"] };

    expect(() => imagesIn("/shop/images/staging", parameters))
      .to.throw("[/shop/images/staging/basket] is a SecureString, not an image URI")
      .and.satisfy((error: Error) => !error.message.includes("canary"));
  });

  it("collects where services run for verification", async () => {
    const { result } = await recordProgram(
      () => {
        const shop = new TrackedEnvironment("shop", ids);
        shop.track("basket", { cluster: "c", service: pulumi.output("s"), container: "basket" });
        expect(() => shop.track("basket", { cluster: "c", service: "s", container: "basket" })).to.throw(
          "[serviceId] basket is tracked twice",
        );
        return shop.releaseServices;
      },
      answering(answer({ basket })),
    );

    expect(await valueOf(result)).to.deep.equal({
      basket: { cluster: "c", service: "s", container: "basket", image: basket },
    });
  });

  for (const preview of [true, false]) {
    it(`${preview ? "shows the images of a planned release in" : "follows the labels alone outside"} a preview`, async () => {
      process.env[PREVIEW_IMAGES_VARIABLE] = JSON.stringify({ basket: "planned" });
      try {
        const { result } = await recordProgram(() => new TrackedEnvironment("shop", ids).image("basket"), {
          ...answering(answer({ basket })),
          preview,
        });
        expect(await valueOf(result)).to.equal(preview ? "planned" : basket);
      } finally {
        delete process.env[PREVIEW_IMAGES_VARIABLE];
      }
    });
  }
});

describe("EnvironmentObserver", () => {
  it("lets the reconciler's role, and nobody else, see one cluster", async () => {
    const driftRoleArn = "arn:aws:iam::000000000000:role/slipway-shop-drift";
    const clusterArn = "arn:aws:ecs:eu-west-2:222222222222:cluster/shop";
    const { resources, resource } = await recordProgram(
      () => new EnvironmentObserver("shop", { ...ids, clusterArn, driftRoleArn }),
    );

    expect(policyLint(resources)).to.deep.equal([]);
    expect(resource("shop-observer").inputs["name"]).to.equal("slipway-shop-staging-observer");
    const [trust] = policiesOf([resource("shop-observer")])[0]?.document.Statement ?? [];
    expect(trust?.Principal).to.deep.equal({ AWS: [driftRoleArn] });
    const granted = policiesOf([resource("shop-observe")])[0]?.document.Statement ?? [];
    expect(Object.fromEntries(granted.map(({ Sid, Resource }) => [Sid, Resource]))).to.deep.equal({
      SeeServices: ["arn:aws:ecs:eu-west-2:222222222222:service/shop/*"],
      SeeTasks: ["arn:aws:ecs:eu-west-2:222222222222:task/shop/*"],
      ListTasks: ["*"],
      SeeTaskDefinitions: ["*"],
    });
  });
});
