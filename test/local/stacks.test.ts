import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { destroy, outputs, preview, refresh, up, type OperationResult } from "@slipway/automation";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { expect } from "chai";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localEnvironment } from "./environment";
import { inventory } from "./inventory";

const changed = ({ resources }: OperationResult) =>
  resources
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, name, changedProperties }) => `${operation} ${name} ${changedProperties.join()}`);

describe("the stacks", function () {
  this.timeout(300_000);

  const target = (stack: keyof typeof LOCAL_ACCOUNTS) => ({ stack, workDir: localEnvironment().directory });
  // Production is staging's program once more.
  const stacks = ["tools", "integration", "staging"] as const;
  const everything = () => Promise.all(Object.values(LOCAL_ACCOUNTS).map(inventory));
  const secrets = new SecretsManagerClient();
  let settings: string;
  let committed: string;
  let secretArn: string;

  /** A repository whose pushes are archived: the secret of its webhook is there before the stack is. */
  before(async () => {
    const SecretString = JSON.stringify({ current: "a webhook's secret" });
    const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: "github-webhook", SecretString }));
    secretArn = ARN;
    settings = join(localEnvironment().directory, "Pulumi.tools.yaml");
    committed = readFileSync(settings, "utf8");
    const repositories = [{ id: "github.com/acme/shop", provider: "github", url: "https://github.com/acme/shop.git" }];
    const codePush = { repositories, webhookSecretArns: { github: secretArn }, machineGit: true };
    appendFileSync(settings, `  slipway:codePush: ${JSON.stringify(codePush)}\n`);
  });

  after(async () => {
    writeFileSync(settings, committed);
    await secrets.send(new DeleteSecretCommand({ SecretId: secretArn, ForceDeleteWithoutRecovery: true }));
  });

  it("come up, stay as they are, and leave nothing behind", async () => {
    const before = await everything();

    for (const stack of stacks) await up(target(stack));
    const { codePush, staticSites } = await outputs(target("tools"));
    expect(codePush?.value).to.include({ name: "slipway-demo" });
    expect(staticSites?.value).to.include({ name: "slipway-demo", account: LOCAL_ACCOUNTS.tools });

    for (const stack of stacks) {
      expect(changed(await preview(target(stack))), `preview of ${stack} after up`).to.deep.equal([]);
      expect(changed(await refresh(target(stack))), `refresh of ${stack}`).to.deep.equal([]);
      expect(changed(await preview(target(stack))), `preview of ${stack} after refresh`).to.deep.equal([]);
    }
    for (const stack of stacks.toReversed()) await destroy(target(stack));

    expect(await everything()).to.deep.equal(before);
  });
});
