import { PutObjectCommand } from "@aws-sdk/client-s3";
import { archiveKey, ROUTES, type SiteSettings } from "@slipway/static-site-pipeline/contract";
import { expect } from "chai";
import { createHmac, randomUUID } from "node:crypto";
import { connectDeploys } from "../../../packages/static-site-pipeline/src/connections/deploys";
import { connectEngine } from "../../../packages/static-site-pipeline/src/connections/engine";
import { connectExecutor } from "../../../packages/static-site-pipeline/src/connections/executor";
import { connectFunction } from "../../../packages/static-site-pipeline/src/connections/functions";
import { connectProvisioning } from "../../../packages/static-site-pipeline/src/connections/provisioning";
import { connectUpdates } from "../../../packages/static-site-pipeline/src/connections/updates";
import { connectAcceptor } from "../../../packages/static-site-pipeline/src/connections/webhooks";
import { queryHash, signConnectToken } from "../../../packages/static-site-pipeline/src/core/bitbucket-jwt";
import type { SiteInfrastructure } from "../../../packages/static-site-pipeline/src/core/ports";
import { createAcceptSiteWebhook } from "../../../packages/static-site-pipeline/src/handlers/accept-site-webhook";
import { createHandleAppEvents } from "../../../packages/static-site-pipeline/src/handlers/handle-app-events";
import { createSweepPipelines } from "../../../packages/static-site-pipeline/src/handlers/sweep-pipelines";
import type { SiteDependencies } from "../../../packages/static-site-pipeline/src/operations/dependencies";
import * as policies from "../../../packages/static-site-pipeline/src/policies";
import * as provisioning from "../../../packages/static-site-pipeline/src/provisioning-policies";
import { codeBuildTells, shaOf } from "../../../packages/static-site-pipeline/test/support/sites-world";
import { APP, BITBUCKET, look, PrivilegeStage, type Flow, recordOf, request, siteS3, work } from "./privilege-stage";

const WEBHOOK = { kind: "webhook", provider: "github", repository: "github.com/octo/site", branch: "main" } as const;
const PUSHED = "git.example.org/octo/pushed";
const ZIP: SiteSettings = { name: "Shop", source: { kind: "zip" } };
const DAY = 24 * 3_600_000;

describe("least privilege of the static site pipeline", function () {
  this.timeout(600_000);
  const realFetch = globalThis.fetch;
  let plain: PrivilegeStage;
  let zoned: PrivilegeStage;

  before(async () => {
    // Bitbucket, which gives tokens and takes statuses.
    globalThis.fetch = async (where, init) =>
      /^https:\/\/(api\.)?bitbucket\.org\//.test(String(where))
        ? new Response(JSON.stringify({ access_token: "a token" }), { status: 201 })
        : realFetch(where, init);
    plain = await PrivilegeStage.create({ zone: false });
    zoned = await PrivilegeStage.create({ zone: true });
  });

  after(() => void (globalThis.fetch = realFetch));

  it("of the function behind the Gateway", async () => {
    const prepare = () => plain.site({ name: "Shop", source: WEBHOOK });
    await plain.needsAll(policies.acceptPolicy(plain.scope, plain.queues), prepare, async (_siteId, telemetry) => {
      const accept = createAcceptSiteWebhook({ ...connectAcceptor(plain.environment()), ...telemetry });
      const tell = async (call: Parameters<typeof accept>[0], expected: number) => {
        const { statusCode } = await accept(call);
        telemetry.end();
        expect(statusCode).to.equal(expected);
      };
      await tell(githubPush(plain.secrets.webhook), 202);
      const clientKey = `k-${randomUUID()}`;
      for (const what of ["installed", "installed", "uninstalled"]) {
        await tell(bitbucketCall(what, clientKey, plain.secrets.app), 200);
      }
    });
  });

  it("of the executor, when it starts and stops builds", async () => {
    const [credentials_secret_id = ""] = plain.scope.sourceSecretArns;
    const generic = { ...WEBHOOK, provider: "generic", repository: "localhost:1/octo/site" } as const;
    const builds: SiteSettings = { name: "Shop", source: { ...generic, credentials_secret_id } };
    const policy = policies.executePolicy(plain.scope, plain.queues);
    const ofApps = policies.secretsBelow(plain.scope, plain.scope.bitbucketSecretPrefix);
    await plain.needsAll(
      policy,
      () => plain.site(builds, "Ready for Deployment"),
      async (siteId, telemetry) => {
        const deps = { ...connectExecutor(plain.environment()), ...telemetry };
        // The second build takes the place of the first one, which is stopped.
        for (const n of [1, 2]) {
          await work(deps, "executor", request(siteId, n, { trigger: "generic" }));
          telemetry.end();
          await statusOf(deps, siteId);
        }
      },
      { only: ["KnowSources", "RunBuilds", "GiveBuildsCredentials"], unseen: [ofApps] },
    );
  });

  it("of the executor, when somebody else is next", async () => {
    const policy = policies.executePolicy(appsOnly(plain), plain.queues);
    const asked = new Map<string, readonly string[]>();
    const prepare = async () => {
      const live = await plain.site(BITBUCKET, "Ready for Deployment");
      const asksForAll = await plain.asOwner(async (deps, client) => {
        const [requested, leaving, going] = [await plain.site(ZIP), await plain.site(ZIP), await plain.site(ZIP)];
        await client.provision(requested);
        await client.teardown(leaving);
        await client.teardown(going);
        await work(deps, "executor", look(going));
        await work(deps, "startTeardown", look(going));
        return [requested, leaving, going];
      });
      asked.set(live, asksForAll);
      return live;
    };
    const flow: Flow = async (siteId, telemetry) => {
      const deps = { ...connectExecutor(plain.environment()), ...telemetry };
      const archive = { kind: "zip", bucket: plain.ground.artefactBucket, key: "any.zip" };
      for (const more of [{ trigger: "zip", archive }, {}]) {
        await work(deps, "executor", request(siteId, "archive" in more ? 1 : 2, more));
        telemetry.end();
        await statusOf(deps, siteId);
      }
      for (const other of asked.get(siteId) ?? []) await work(deps, "executor", look(other));
      telemetry.end();
      await work(deps, "executor", sourcePushed());
    };
    const handsOn = ["KeepPipelines", "FindPipelines", "TellWhatHappened", "HandOn", "KnowSources"];
    await plain.site({ name: "Pushed", source: { kind: "code-push", repository: PUSHED, branch: "main" } });
    await plain.needsAll(policy, prepare, flow, { only: handsOn });
  });

  it("of the function that CodeBuild's topic feeds", async () => {
    await plain.needsAll(
      policies.updatePolicy(appsOnly(plain), plain.queues),
      () => building(plain),
      async (siteId, telemetry) => {
        const deps = { ...connectUpdates(plain.environment()), ...telemetry };
        const { current } = (await deps.pipelines.get(siteId)) ?? {};
        // It says that it succeeded, and left no archive.
        await codeBuildTells(deps, siteId, 1, "SUCCEEDED", { buildId: current?.build_id ?? "" });
        telemetry.end();
        const reason = (await deps.pipelines.get(siteId))?.reason ?? "";
        if (!reason.includes("left no archive")) throw new Error(reason);
      },
    );
  });

  it("of the function that brings sites live", async () => {
    const archives = new Map<string, object>();
    const prepare = async () => {
      const siteId = await plain.site(BITBUCKET, "Ready for Deployment");
      archives.set(siteId, await plain.upload(`releases/${siteId}/1.zip`, "one"));
      return siteId;
    };
    const flow: Flow = async (siteId, telemetry) => {
      const connected = connectDeploys(plain.environment());
      const deploy = async (expected: string, deps: object = { ...connected, ...telemetry }) => {
        await work(deps, "deploy", look(siteId));
        telemetry.end();
        const { status, reason } = (await connected.pipelines.get(siteId)) ?? {};
        if (status !== expected) throw new Error(`${siteId} is ${status}: ${reason}`);
      };
      const ask = (n: number, more: object) =>
        plain.asOwner((deps) => work(deps, "executor", request(siteId, n, { trigger: "zip", ...more })));
      await ask(1, { archive: archives.get(siteId) });
      await deploy("Deployed");
      const first = (await connected.pipelines.get(siteId))?.live?.release_id;
      await ask(2, { archive: await plain.upload(`releases/${siteId}/2.zip`, "two") });
      await deploy("Deployed");
      await ask(3, { trigger: "rollback", release_id: first });
      await deploy("Deployed");
      await ask(4, { trigger: "bitbucket", branch: "preview" });
      await plain.asOwner(async (deps) => {
        const { current } = (await deps.pipelines.get(siteId)) ?? {};
        await plain.upload(archiveKey(siteId, current?.number ?? 0), "preview");
        await codeBuildTells(deps as never, siteId, current?.number ?? 0, "SUCCEEDED", {
          buildId: current?.build_id ?? "",
        });
      });
      await deploy("Deployed");
      // What is kept no more goes when it is old.
      const later = { now: () => new Date(Date.now() + 30 * DAY) };
      await deploy("Deployed", { ...connected, ...telemetry, deployer: connectEngine(plain.ground, later) });
      await ask(5, {
        archive: { kind: "zip", bucket: plain.ground.artefactBucket, key: `releases/${siteId}/none.zip` },
      });
      await deploy("Failed to Deploy");
      const reason = (await connected.pipelines.get(siteId))?.reason ?? "";
      if (!reason.includes("is not in")) throw new Error(reason);
    };
    // A `*` in an ARN takes slashes too, so that what allows `live` allows `.slipway/live`: it is there for its readers.
    const unseen = [`${policies.bucketsOf(plain.scope)}/.slipway/*`];
    await plain.needsAll(policies.deployPolicy(appsOnly(plain), plain.queues), prepare, flow, { unseen });
  });

  it("of the function that the apps team tells", async () => {
    const flow: Flow = async (siteId, telemetry) => {
      const handle = createHandleAppEvents({ ...connectFunction(plain.environment()).base, ...telemetry });
      const app_id = `${siteId}-a`;
      await handle({ Records: [recordOf(JSON.stringify({ type: "Created", app_id, settings: ZIP }))] });
      telemetry.end();
      await handle({ Records: [recordOf(JSON.stringify({ type: "Deleted", app_id }))] });
    };
    await plain.needsAll(policies.appEventsPolicy(plain.scope, plain.queues), () => plain.site(ZIP), flow);
  });

  it("of the function that provisions", async () => {
    const half = new Map<string, string>();
    const prepare = () =>
      zoned.asOwner(async (deps, client) => {
        const [siteId, begun] = [await zoned.site(BITBUCKET), await zoned.site(BITBUCKET)];
        for (const each of [siteId, begun]) await client.provision(each);
        // What a function made that died before it could write it down.
        const row = await deps.pipelines.get(begun);
        if (row === undefined) throw new Error(`no ${begun}`);
        for (const step of ["bucket", "certificate", "distribution", "project"] as const) {
          await deps.infrastructure.provision[step](row);
        }
        half.set(siteId, begun);
        return siteId;
      });
    const flow: Flow = async (siteId, telemetry) => {
      const deps = { ...connectProvisioning(zoned.environment()), ...telemetry };
      await work({ ...deps, infrastructure: waiting(deps.infrastructure) }, "provision", look(siteId));
      telemetry.end();
      for (const each of [siteId, half.get(siteId) ?? ""]) {
        for (let status: string | undefined; status !== "Ready for Deployment";) {
          await work(deps, "provision", look(each));
          telemetry.end();
          status = await statusOf(deps, each);
        }
      }
    };
    const unseen = ["acm:AddTagsToCertificate", "iam:PassRole"];
    await zoned.needsAll(provisioning.provisionPolicy(zoned.scope, zoned.queues), prepare, flow, { unseen });
  });

  it("of the function that starts a teardown", async () => {
    const never = new Map<string, string>();
    const prepare = () =>
      zoned.asOwner(async (deps, client) => {
        const [siteId, bare] = [await zoned.site(ZIP, "Ready for Deployment"), await zoned.site(ZIP)];
        for (const each of [siteId, bare]) {
          await client.teardown(each);
          await work(deps, "executor", look(each));
        }
        never.set(siteId, bare);
        return siteId;
      });
    const flow: Flow = async (siteId, telemetry) => {
      const deps = { ...connectProvisioning(zoned.environment()), ...telemetry };
      for (const each of [siteId, siteId, siteId, never.get(siteId) ?? ""]) {
        await work(deps, "startTeardown", look(each));
        telemetry.end();
        await statusOf(deps, each);
      }
    };
    await zoned.needsAll(provisioning.startTeardownPolicy(zoned.scope, zoned.queues), prepare, flow);
  });

  it("of the function that removes", async () => {
    const never = new Map<string, string>();
    const prepare = () =>
      zoned.asOwner(async (deps, client) => {
        const [siteId, bare] = [await zoned.site(BITBUCKET, "Ready for Deployment"), await zoned.site(BITBUCKET)];
        const { resources } = (await deps.pipelines.get(siteId)) ?? {};
        const Bucket = resources?.live_bucket;
        for (const Body of ["1", "2"]) await siteS3().send(new PutObjectCommand({ Bucket, Key: "live/a", Body }));
        for (const each of [siteId, bare]) {
          await client.teardown(each);
          await work(deps, "executor", look(each));
          // The first function died as soon as it had said that it was at work.
          const { infrastructure } = deps;
          const disable = () => Promise.reject(new Error("died"));
          await work({ ...deps, infrastructure: { ...infrastructure, disable } }, "startTeardown", look(each));
        }
        // What was made of it before a function died that could not write it down.
        const row = await deps.pipelines.get(bare);
        if (row !== undefined) await deps.infrastructure.provision.certificate(row);
        never.set(siteId, bare);
        return siteId;
      });
    const flow: Flow = async (siteId, telemetry) => {
      const deps = { ...connectProvisioning(zoned.environment()), ...telemetry };
      for (const each of [siteId, never.get(siteId) ?? ""]) {
        while ((await statusOf(deps, each)) !== undefined) {
          await work(deps, "teardown", look(each));
          telemetry.end();
        }
      }
    };
    await zoned.needsAll(provisioning.teardownPolicy(zoned.scope, zoned.queues), prepare, flow);
  });

  it("of builds", async () => {
    await plain.buildsNeedAll(["s3:GetObjectVersion"]);
  });

  it("of the sweeper", async () => {
    // It goes through all sites that there are.
    const stage = await PrivilegeStage.create({ zone: false });
    const live = await stage.site(ZIP, "Ready for Deployment");
    const archive = await stage.upload(`releases/${live}/1.zip`, "one");
    await stage.asOwner(async (deps) => {
      await work(deps, "executor", request(live, 1, { trigger: "zip", archive }));
      await work(deps, "deploy", look(live));
    });
    const flow: Flow = async (_siteId, telemetry) => {
      const connected = connectExecutor(stage.environment());
      // In one of the hours what is live is tidied.
      for (let hour = 0; hour < 24; hour += 1) {
        const clock = { now: () => new Date(Math.floor(Date.now() / DAY) * DAY + 2 * DAY + hour * (DAY / 24)) };
        await createSweepPipelines({ ...connected, ...telemetry, clock })();
        telemetry.end();
      }
    };
    await stage.needsAll(policies.sweepPolicy(appsOnly(stage), stage.queues), () => building(stage), flow);
  });
});

/** What the policies are about where all sources are known by an app; the executor proves that the others need theirs. */
const appsOnly = ({ scope }: PrivilegeStage): policies.SitesScope => ({ ...scope, sourceSecretArns: [] });

/** Where a site is. @throws Error when that is a failure, with its reason */
async function statusOf({ pipelines }: Pick<SiteDependencies, "pipelines">, siteId: string) {
  const { status, reason } = (await pipelines.get(siteId)) ?? {};
  if (status?.startsWith("Failed")) throw new Error(`${siteId} is ${status}: ${reason}`);
  return status;
}

/** A certificate that is not issued yet. */
const waiting = (infrastructure: SiteInfrastructure): SiteInfrastructure => ({
  ...infrastructure,
  provision: {
    ...infrastructure.provision,
    certificate: async () => ({ kind: "pending", waitingFor: "the certificate to be issued" }),
  },
});

/** A site whose build runs. */
async function building(stage: PrivilegeStage): Promise<string> {
  const siteId = await stage.site(BITBUCKET, "Ready for Deployment");
  await stage.asOwner((deps) => work(deps, "executor", request(siteId, 1)));
  return siteId;
}

/** What code push tells. */
const sourcePushed = () =>
  JSON.stringify({
    "detail-type": "Source Pushed",
    time: new Date().toISOString(),
    detail: {
      latest: true,
      ref_kind: "branch",
      ref: "refs/heads/main",
      sha: shaOf(1),
      repository: PUSHED,
      bucket: "b",
      key: "k",
    },
  });

function githubPush(secret: string) {
  const body = JSON.stringify({
    ref: "refs/heads/main",
    after: shaOf(1),
    repository: { full_name: "octo/site", html_url: "https://github.com/octo/site" },
  });
  return {
    routeKey: ROUTES.webhook,
    pathParameters: { provider: "github" },
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
  };
}

function bitbucketCall(what: string, clientKey: string, secret: string) {
  const path = `/bitbucket-app/${what}`;
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: clientKey, iat: now, exp: now + 60, qsh: queryHash({ method: "POST", path, query: "" }) };
  return {
    routeKey: `POST ${path}`,
    rawPath: path,
    body: JSON.stringify({ key: APP.key, clientKey, sharedSecret: secret, principal: { username: APP.account } }),
    headers: { "content-type": "application/json", authorization: `JWT ${signConnectToken(claims, secret)}` },
  };
}
