import { policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { source } from "../src/program";

const outputs = {
  "aws:apigatewayv2/api:Api": () => ({
    apiEndpoint: "https://api.example",
    executionArn: "arn:aws:execute-api:x:1:api",
  }),
  "aws:s3/bucket:Bucket": (name: string) => ({ bucket: name }),
};
const record = (gitLayerArn?: string) =>
  recordProgram(() => source({ repository: "github.com/acme/shop", gitLayerArn }), { outputs });

describe("the code push example", () => {
  it("archives pushes of one repository, and says where the host sends its webhooks", async () => {
    const { result, ofType, resources } = await record("arn:aws:lambda:eu-west-2:123456789012:layer:git:1");

    const [setting] = ofType("aws:ssm/parameter:Parameter");
    expect(JSON.parse(String(setting?.inputs["insecureValue"]))).to.deep.equal({
      id: "github.com/acme/shop",
      provider: "github",
      url: "https://github.com/acme/shop.git",
    });
    expect(await valueOf(result.webhookUrls)).to.deep.equal({ github: "https://api.example/github" });
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("makes the place for the webhook's secret and puts nothing into it", async () => {
    const { ofType } = await record();

    expect(ofType("aws:secretsmanager/secret:Secret").map(({ name }) => name)).to.deep.equal(["github-webhook"]);
    expect(ofType("aws:secretsmanager/secretVersion:SecretVersion")).to.deep.equal([]);
  });

  it("can be previewed before anything is there", async () => {
    const program = () => source({ repository: "github.com/acme/shop", gitLayerArn: undefined });
    const { ofType } = await recordProgram(program, { outputs, preview: true });

    expect(ofType("aws:apigatewayv2/route:Route")).to.have.length(1);
  });
});
