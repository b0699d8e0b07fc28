import { destroy, up } from "@slipway/automation";
import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const example = join(__dirname, "..", "..", "..", "examples", "automation");

describe("automation: the example on the local environment", function () {
  this.timeout(90_000);

  const deploy = (stack: string, env: NodeJS.ProcessEnv = process.env) =>
    run(process.execPath, ["--import", "tsx", join(example, "src", "deploy.ts"), stack], { env });

  it("deploys from a script, finds the same stack up to date as a plain project, and destroys it", async () => {
    const { stdout } = await deploy("example");
    const { changes, outputs } = JSON.parse(stdout) as Awaited<ReturnType<typeof up>>;
    expect(changes.create).to.equal(2);
    expect(outputs).to.deep.equal({
      parameterName: { value: "/automation-example/example/message", secret: false },
      token: { secret: true },
    });
    expect(stdout).not.to.contain("example-token");

    const target = { stack: "example", workDir: example };
    const plain = await up(target);
    expect(plain.hasChanges).to.equal(false);
    expect(plain.outputs).to.deep.equal({ ...outputs, token: { value: undefined, secret: true } });
    expect((await destroy(target, { removeStack: true })).changes.delete).to.equal(2);
  });

  it("ends with one line that says why and how to mend it", async () => {
    const failure = await rejectionOf(
      deploy("unreachable", { ...process.env, AWS_ENDPOINT_URL: "http://127.0.0.1:9" }),
    );
    expect(failure).to.have.property("code", 1);
    expect(failure).to.have.property("stdout", "");
    expect(failure)
      .to.have.property("stderr")
      .that.matches(/^endpoint-unreachable: nothing answers at 127\.0\.0\.1:9/);
    expect(String(Reflect.get(failure, "stderr")).trim().split("\n")).to.have.length(1);
  });
});
