import { expect } from "chai";
import { errorFromExit, errorFromMessage, errorFromStderr } from "../../src/cli/failure";

const context = { stack: "dev", workDir: "/project", command: "up" };
const exit = (stderr: string) => ({ exitCode: 1, stdout: "", stderr });

describe("errors from what the CLI prints", () => {
  const STDERR: [string, string][] = [
    ["error: no stack named 'dev' found", "stack-not-found"],
    ["error: [409] Conflict: Another update is currently in progress.", "stack-locked"],
    ["error: getting stack configuration: get stack secrets manager: incorrect passphrase", "passphrase"],
    ["error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE", "passphrase"],
    ["error: no Pulumi.yaml project file found (searching upwards from ).", "project-not-found"],
    ['error: read ".pulumi/meta.yaml": blob (code=Unknown): operation error S3: GetObject', "backend-unavailable"],
    ["error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions", "backend-unavailable"],
  ];
  for (const [stderr, code] of STDERR) {
    it(`reads ${code} from "${stderr.slice(7, 50)}"`, () => {
      expect(errorFromStderr(exit(stderr), context)).to.include({ code });
    });
  }

  const MESSAGES: [string, string | undefined][] = [
    ["dial tcp 127.0.0.1:4566: connect: connection refused", "endpoint-unreachable"],
    ["connect ECONNREFUSED 127.0.0.1:4583", "endpoint-unreachable"],
    ["no resource plugin 'pulumi-resource-aws' found in the workspace", "plugin-missing"],
    ["ExpiredTokenException: The security token included in the request is expired", "auth"],
    ["InvalidSignatureException: The request signature we calculated does not match", "auth"],
    ["[aws:accessKey] is not set", "auth"],
    ["User: x is not authorized to perform: sts:AssumeRole on resource: y", "auth"],
    ["User: x is not authorized to perform: s3:CreateBucket", undefined],
    ["bucket already exists", undefined],
  ];
  for (const [message, code] of MESSAGES) {
    it(`reads ${code ?? "the resource's own trouble"} from "${message.slice(0, 50)}"`, () => {
      expect(errorFromMessage(message, context)?.code).to.equal(code);
    });
  }

  it("tells who is still set to a local AWS that was taken down", () => {
    const unable = (path: string) => exit(`error: unable to open state directory "file://${path}": no such file`);
    expect(errorFromStderr(unable("/p/.slipway/local/state"), context)?.hint).to.include("slipway local up");
    expect(errorFromStderr(unable("/p/state"), context)?.hint).to.include("check PULUMI_BACKEND_URL");
  });

  it("names the endpoint that refused", () => {
    const error = errorFromMessage("dial tcp 127.0.0.1:4566: connect: connection refused", context);
    expect(error).to.include({ endpoint: "127.0.0.1:4566" });
  });

  it("keeps only the last error line of anything else", () => {
    const error = errorFromExit(exit("noise\nerror: first\nerror: the real one\n"), { ...context, command: "cancel" });
    expect(error).to.include({ code: "cli-failed", message: "pulumi cancel failed: the real one" });
  });
});
