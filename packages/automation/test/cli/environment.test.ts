import { expect } from "chai";
import { cliEnvironment } from "../../src/cli/environment";

describe("environment of the CLI", () => {
  it("passes Pulumi's variables through and replaces the caller's Node options, however they are given", () => {
    const env = cliEnvironment(
      { PULUMI_BACKEND_URL: "file:///state", NODE_OPTIONS: "--import tsx" },
      { PULUMI_HOME: "/home", NODE_OPTIONS: "--inspect" },
    );
    expect(env).to.include({ PULUMI_BACKEND_URL: "file:///state", PULUMI_HOME: "/home" });
    expect(env["NODE_OPTIONS"]).to.match(/^--require ".*plain-errors\.js" --require ".*lean-sdk\.js"$/);
  });

  it("lets the overlay replace and remove variables", () => {
    const env = cliEnvironment({ AWS_PROFILE: "mine", AWS_REGION: "a" }, { AWS_PROFILE: undefined, AWS_REGION: "b" });
    expect(env["AWS_PROFILE"]).to.equal(undefined);
    expect(env["AWS_REGION"]).to.equal("b");
  });
});
