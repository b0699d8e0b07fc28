import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { StaticSite, StaticSitePipeline } from "@slipway/static-site-pipeline";
import { openSites, type SiteClient, type SitesConnection } from "@slipway/static-site-pipeline/library";
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitFixture } from "../../../packages/code-push/test/support/git-fixture";
import { inlineStack, removeStack, deployed } from "../aws-plugin/stack";
import { pushBody, sendGitHub } from "../code-push/webhooks";
import { inventory } from "../inventory";
import { until } from "../task-runner/support/ecs-stage";
import { visit } from "./visit";

const HOST = "git.example.org";
const PATH = "acme/hooked";
const MAIN = "refs/heads/main";

describe("webhooks of the static site pipeline", function () {
  this.timeout(120_000);
  const secret = randomUUID();
  const secrets = new SecretsManagerClient();
  let there: readonly string[];
  let secretArn: string;
  let host: GitFixture;
  let stack: Stack;
  let sites: SiteClient;
  let url: string;
  let domain: string;

  before(async () => {
    there = await inventory(LOCAL_ACCOUNTS.tools);
    host = await GitFixture.start();
    host.create("hooked");
    // Builds fetch over https from a public host: here git is told where that is.
    const gitConfig = join(host.root, "gitconfig");
    const instead = `${host.server.url}/hooked.git`;
    writeFileSync(gitConfig, `[url "${instead}"]\n\tinsteadOf = https://${HOST}/${PATH}.git\n`);
    const SecretString = JSON.stringify({ current: secret });
    const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: `hook-${randomUUID()}`, SecretString }));
    secretArn = ARN;
    stack = await inlineStack("site-webhooks", programOf(secretArn, gitConfig));
    const outputs = await deployed(stack);
    sites = openSites(outputs["staticSites"]?.value as SitesConnection);
    url = (outputs["webhookUrls"]?.value as Record<string, string>)["github"] ?? "";
    domain = String(outputs["domain"]?.value);
  });

  after(() => host.stop());

  const programOf =
    (webhookSecretArn: string, gitConfig: string): PulumiFn =>
    async () => {
      const pipeline = new StaticSitePipeline("hooks", {
        webhookSecretArns: { github: webhookSecretArn },
        runtime: "nodejs20.x",
        protect: false,
      });
      const site = new StaticSite("hooked", {
        connection: pipeline.connection,
        source: "webhook",
        provider: "github",
        repository: `${HOST}/${PATH}`,
        install: "true",
        build: "mkdir dist && cp index.html dist",
        test: "grep -q built dist/index.html",
        buildEnvironment: { GIT_CONFIG_GLOBAL: gitConfig },
        protect: false,
      });
      return { staticSites: pipeline.connection, webhookUrls: pipeline.webhookUrls, domain: site.distributionDomain };
    };

  /** Commits a page, and tells as GitHub does. @returns what was answered */
  async function push(page: string, key: string = secret) {
    const sha = host.commit("hooked", { "index.html": page });
    const { status } = await sendGitHub(url, key, pushBody({ path: PATH, host: HOST, ref: MAIN, sha }), {
      "X-GitHub-Delivery": randomUUID(),
    });
    return { sha, status };
  }

  /** Waits until the build of a commit has ended. */
  const ended = (sha: string) =>
    until(
      `the build of ${sha}`,
      async () => {
        const { builds } = await sites.show("hooked");
        return builds.find(({ commit, state }) => commit === sha && ["deployed", "failed"].includes(state));
      },
      60,
    );

  it("bring a commit live: signed, over HTTP, through the Gateway, the queues and a build that fetches it", async () => {
    const { sha, status } = await push("<h1>built</h1>");

    expect(status).to.equal(202);
    expect(await ended(sha)).to.include({ state: "deployed", trigger: "github" });
    expect((await visit(domain, "/")).body).to.equal("<h1>built</h1>");
    expect((await sites.show("hooked")).site.live?.commit).to.equal(sha);
  });

  it("that somebody else signed are refused, and nothing is built", async () => {
    const { status } = await push("<h1>built by nobody</h1>", "another secret");

    expect(status).to.equal(401);
    expect((await sites.show("hooked")).builds).to.have.length(1);
  });

  it("of a commit that fails its test leave what is live", async () => {
    const { sha } = await push("<h1>broken</h1>");

    expect(await ended(sha)).to.include({ state: "failed" });
    expect((await visit(domain, "/")).body).to.equal("<h1>built</h1>");
  });

  it("leave nothing behind when the stack is gone", async () => {
    await removeStack(stack);
    await secrets.send(new DeleteSecretCommand({ SecretId: secretArn, ForceDeleteWithoutRecovery: true }));

    expect(await inventory(LOCAL_ACCOUNTS.tools)).to.deep.equal(there);
  });
});
