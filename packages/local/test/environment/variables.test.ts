import { expect } from "chai";
import { applyLocalEnvironment, describeEnvironment } from "../../src/environment/variables";
import { stateLayout } from "../../src/layout";

const describeFor = (base: NodeJS.ProcessEnv) =>
  describeEnvironment({
    layout: stateLayout("/project"),
    endpoint: "http://127.0.0.1:4566",
    binDirectories: ["/cache/pulumi", "/cache/host"],
    base,
  });

describe("the variables of a local environment", () => {
  it("puts the toolchain first on PATH, once, and keeps the rest", () => {
    const once = describeFor({ PATH: "/usr/bin:/bin" }).env["PATH"];
    expect(once).to.equal("/cache/pulumi:/cache/host:/usr/bin:/bin");
    expect(describeFor({ PATH: once }).env["PATH"]).to.equal(once);
  });

  it("keeps loopback out of a proxy without losing what was there", () => {
    expect(describeFor({ NO_PROXY: "intranet,localhost" }).env["NO_PROXY"]).to.equal(
      "intranet,localhost,127.0.0.1,.localhost",
    );
    expect(describeFor({ no_proxy: "intranet" }).env["no_proxy"]).to.equal("intranet,127.0.0.1,localhost,.localhost");
  });

  it("points Pulumi and the AWS SDK at the project's own state and account", () => {
    expect(describeFor({}).env).to.include({
      PULUMI_HOME: "/project/.slipway/local/pulumi-home",
      PULUMI_BACKEND_URL: "file:///project/.slipway/local/state",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/project/.slipway/local/passphrase",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_ACCESS_KEY_ID: "000000000000",
      AWS_REGION: "eu-west-2",
    });
  });

  it("removes what would lead elsewhere, service endpoints included", () => {
    const base = {
      HOME: "/home/me",
      AWS_PROFILE: "production",
      AWS_SESSION_TOKEN: "token",
      AWS_ENDPOINT_URL_S3: "https://elsewhere.example",
      PULUMI_CONFIG_PASSPHRASE: "another",
    };
    const applied = applyLocalEnvironment(describeFor(base), base);
    expect(applied).not.to.have.any.keys(
      "AWS_PROFILE",
      "AWS_SESSION_TOKEN",
      "AWS_ENDPOINT_URL_S3",
      "PULUMI_CONFIG_PASSPHRASE",
    );
    expect(applied).to.include({ HOME: "/home/me", AWS_ACCESS_KEY_ID: "000000000000" });
  });

  it("never unsets what it sets", () => {
    const { env, unset } = describeFor({});
    expect(unset.filter((name) => name in env)).to.deep.equal([]);
  });
});
