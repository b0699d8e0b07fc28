import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { openCodePush } from "@slipway/code-push/library";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "@slipway/local";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startGitHosts } from "./git-hosts.mjs";
import { expect } from "./teller.mjs";
import { newWebhookSecret, sendWebhook, webhookRoute } from "./webhooks.mjs";

const inTools = { region: LOCAL_REGION, credentials: { accessKeyId: LOCAL_ACCOUNTS.tools, secretAccessKey: "local" } };
/** Who tells of which repository's pushes, and how it is called there. */
const REPOSITORIES = {
  slipway: { provider: "github", host: "github.example.org", path: "demo/slipway" },
  site: { provider: "gitlab", host: "gitlab.example.org", path: "demo/web/site" },
  handbook: { provider: "bitbucket", host: "bitbucket.example.org", path: "demo/handbook" },
};
const NAMES = Object.keys(REPOSITORIES);
const IN_TOOLS = ["--stack", "tools"];

/** What the hosted repository of this checkout is called. */
export const CHECKOUT = `${REPOSITORIES.slipway.host}/${REPOSITORIES.slipway.path}`;

/** The Git hosts of the story, their webhooks' secrets, and the archives that their pushes become. */
export class Pushes {
  #teller;
  #hosts;
  #webhookSecrets = {};
  #secretArns = [];
  #webhookUrls;
  #connection;

  constructor(teller) {
    this.#teller = teller;
  }

  /** Starts the hosts, keeps the secrets where AWS keeps them, and puts the repositories into the settings of tools. */
  async prepare() {
    this.#hosts = await startGitHosts(join(this.#teller.directory, "git-hosts"));
    const webhookSecretArns = {};
    for (const { provider } of Object.values(REPOSITORIES)) {
      const current = newWebhookSecret(provider);
      this.#webhookSecrets[provider] = current;
      webhookSecretArns[provider] = await this.#keep(`${provider}-webhook`, { current });
    }
    const repositories = await Promise.all(NAMES.map((name) => this.#setting(name)));
    const codePush = JSON.stringify({ repositories, webhookSecretArns, machineGit: true });
    appendFileSync(join(this.#teller.directory, "Pulumi.tools.yaml"), `  slipway:codePush: ${codePush}\n`);
    for (const { id, url } of repositories) this.#teller.say(`${id} is fetched from ${url}`);
  }

  /** Reads where webhooks go and where archives are. */
  async open() {
    const { outputs } = await this.#teller.json(["outputs", ...IN_TOOLS]);
    this.#webhookUrls = outputs.webhookUrls.value;
    this.#connection = outputs.codePush.value;
  }

  /** Has every host tell of what its main branch is at, and waits for the archives. @returns the checkout's commit. */
  async tellOfAll() {
    const shas = Object.fromEntries(NAMES.map((name) => [name, this.#hosts[name].repository.head()]));
    for (const name of NAMES) await this.#tellOf(name, shas[name]);
    for (const name of NAMES) await this.#archived(name, shas[name]);
    return shas.slipway;
  }

  /** Pushes a commit of which no webhook tells. */
  loseOne() {
    const sha = this.#hosts.slipway.repository.commit("demo.txt", "told to nobody\n", "A push that nobody was told of");
    this.#teller.say(`${REPOSITORIES.slipway.path} is at ${sha.slice(0, 12)}, and no webhook says so`);
    return sha;
  }

  /** Pushes a file to this checkout's repository, on main or on a branch of its own, and has the host tell of it. */
  async push({ path, text, message, branch = "main" }) {
    const { repository } = this.#hosts.slipway;
    const sha =
      branch === "main" ? repository.commit(path, text, message) : repository.branch(branch, path, text, message);
    await this.#tellOf("slipway", sha, branch);
    return sha;
  }

  /** The bytes of the archive of a commit, and what S3 says about them. */
  async archive(name, sha) {
    const { key, bucket } = await this.#archived(name, sha);
    const { Body, Metadata } = await new S3Client({ ...inTools, forcePathStyle: true }).send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
    );
    return { bytes: Buffer.from(await Body.transformToByteArray()), metadata: Metadata };
  }

  async close() {
    const secrets = new SecretsManagerClient(inTools);
    for (const SecretId of this.#secretArns.splice(0)) {
      await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    }
  }

  async stop() {
    await this.#hosts?.close();
  }

  /** Waits until a commit is archived. */
  async #archived(name, sha, limit = 60_000) {
    const { host, path } = REPOSITORIES[name];
    const client = openCodePush(this.#connection);
    const deadline = performance.now() + limit;
    for (;;) {
      const [push] = await client.listPushes({ repository: `${host}/${path}`, sha });
      if (push !== undefined) return push;
      expect(performance.now() < deadline, `no archive of ${name} at ${sha} arrived`);
      await pause(250, undefined, { signal: this.#teller.signal });
    }
  }

  async #tellOf(name, sha, branch = "main") {
    const { provider, host, path } = REPOSITORIES[name];
    const url = this.#webhookUrls[webhookRoute(provider)];
    const status = await sendWebhook(provider, {
      url,
      secret: this.#webhookSecrets[provider],
      host,
      path,
      sha,
      branch,
    });
    this.#teller.say(`POST ${new URL(url).pathname}, signed: ${path} ${branch} is at ${sha.slice(0, 12)} -> ${status}`);
  }

  async #setting(name) {
    const { provider, host, path } = REPOSITORIES[name];
    const { url, credentials } = this.#hosts[name];
    const secret = credentials && { credentialsSecretArn: await this.#keep(`${name}-credentials`, credentials) };
    return { id: `${host}/${path}`, provider, url, privateNetwork: true, ...secret };
  }

  async #keep(name, value) {
    const { ARN } = await new SecretsManagerClient(inTools).send(
      new CreateSecretCommand({ Name: `slipway-demo/${name}`, SecretString: JSON.stringify(value) }),
    );
    this.#secretArns.push(ARN);
    return ARN;
  }
}
