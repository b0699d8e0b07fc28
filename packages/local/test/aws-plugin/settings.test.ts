import { expect } from "chai";
import { InvalidInputError } from "@slipway/core";
import { NotInStandInError, NotLoopbackError } from "../../src/aws-plugin/errors";
import { parseSettings } from "../../src/aws-plugin/settings";

const env = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
  AWS_REGION: "eu-west-2",
  AWS_ACCESS_KEY_ID: "000000000000",
  AWS_SECRET_ACCESS_KEY: "any",
};

describe("provider settings", () => {
  it("come from the environment where the stack says nothing", () => {
    expect(parseSettings({}, env)).to.deep.include({
      region: "eu-west-2",
      endpoint: "http://127.0.0.1:4566",
      accessKey: "000000000000",
      assumeRoles: [],
      defaultTags: {},
    });
  });

  it("read structured options from JSON text", () => {
    const roleArn = "arn:aws:iam::111111111111:role/slipway-deployer";
    const settings = parseSettings(
      {
        region: "us-east-1",
        assumeRoles: JSON.stringify([{ roleArn, sessionName: "ci", duration: "1h30m" }]),
        defaultTags: JSON.stringify({ tags: { owner: "us" } }),
        endpoints: JSON.stringify([{ cloudwatchlogs: "http://localhost:1", sqs: "" }]),
      },
      env,
    );

    expect(settings.region).to.equal("us-east-1");
    expect(settings.assumeRoles).to.deep.equal([{ roleArn, sessionName: "ci", durationSeconds: 5400 }]);
    expect(settings.defaultTags).to.deep.equal({ owner: "us" });
    expect(settings.endpoints).to.deep.equal({ logs: "http://localhost:1" });
  });

  it("refuse what is not known, by name", () => {
    expect(() => parseSettings({ profile: "mine" }, env)).to.throw(NotInStandInError, "`profile`");
    const assumeRoles = JSON.stringify([{ roleArn: "arn", policyArns: ["arn"] }]);
    expect(() => parseSettings({ assumeRoles }, env)).to.throw(NotInStandInError, "`assumeRoles.policyArns`");
  });

  it("refuse any endpoint elsewhere, and none at all", () => {
    const endpoints = JSON.stringify([{ sqs: "https://sqs.amazonaws.com" }]);
    expect(() => parseSettings({ endpoints }, env)).to.throw(NotLoopbackError);
    expect(() => parseSettings({}, { ...env, AWS_ENDPOINT_URL: "https://amazonaws.com" })).to.throw(NotLoopbackError);
    expect(() => parseSettings({}, { ...env, AWS_ENDPOINT_URL: undefined })).to.throw(NotLoopbackError);
  });

  it("name the missing region or credential", () => {
    expect(() => parseSettings({}, { ...env, AWS_REGION: "" })).to.throw(InvalidInputError, "aws:region");
    expect(() => parseSettings({}, { ...env, AWS_ACCESS_KEY_ID: undefined })).to.throw(
      InvalidInputError,
      "aws:accessKey",
    );
  });
});
