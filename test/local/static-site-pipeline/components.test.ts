import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as aws from "@pulumi/aws";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { StaticSite, StaticSitePipeline } from "@slipway/static-site-pipeline";
import type { SiteResources } from "@slipway/static-site-pipeline/contract";
import { openSites, type SiteClient, type SitesConnection, type Status } from "@slipway/static-site-pipeline/library";
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeZip } from "../../../packages/static-site-pipeline/test/support/zip-writer";
import { inlineStack, PROJECT, refreshChanges, removeStack, deployed } from "../aws-plugin/stack";
import { slipway, slipwayJson } from "../cli/support/slipway-process";
import { zipped } from "../build-runner/zips";
import { inventory } from "../inventory";
import { until } from "../task-runner/support/ecs-stage";
import { visit } from "./visit";

const SOURCES = `sources-${randomUUID().slice(0, 8)}`;
const s3 = new S3Client({ forcePathStyle: true });

const STACK = "static-sites";

type Json = Readonly<Record<string, unknown>>;

describe("static site pipeline in a stack of the tools account", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "slipway-sites-"));
  let inventoryBefore: readonly string[];
  let stack: Stack;
  let sites: SiteClient;
  let appEventsQueueUrl: string;
  let docsDomain: string;
  let docsBuild = "mkdir dist && cp page.html dist/index.html && echo lost > dist/404.html";

  const program: PulumiFn = async () => {
    const zone = new aws.route53.Zone("zone", { name: "sites.test", forceDestroy: true });
    const pipeline = new StaticSitePipeline("sites", {
      hostedZoneId: zone.zoneId,
      baseDomain: "sites.test",
      codePush: true,
      sourceBucketArns: [`arn:aws:s3:::${SOURCES}`],
      runtime: "nodejs20.x",
      protect: false,
    });
    const docs = new StaticSite("docs", {
      connection: pipeline.connection,
      domain: "docs.sites.test",
      hostedZoneId: zone.zoneId,
      source: "code-push",
      repository: "github.com/acme/docs",
      install: "true",
      build: docsBuild,
      previewBranches: ["feature/*"],
      protect: false,
    });
    return { staticSites: pipeline.connection, docs: docs.distributionDomain, appEvents: pipeline.appEventsQueueUrl };
  };

  /** What the command says with `--json`; it must succeed. */
  const command = <T extends object = Json>(...words: string[]): Promise<T> =>
    slipwayJson<T>(["site", ...words, "--stack", STACK], { cwd: folder });

  const settled = (siteId: string, wanted: Status) =>
    until(
      `${siteId} to be ${wanted}`,
      async () => {
        const { site } = await sites.show(siteId);
        if (site.status.startsWith("Failed") && !wanted.startsWith("Failed")) {
          throw new Error(`${siteId} is ${site.status}: ${site.reason}`);
        }
        return site.status === wanted ? site : undefined;
      },
      60,
    );

  /** Does what code push does for a commit: leaves its archive, and tells. */
  const push = async (name: string, page: string, branch = "main"): Promise<void> => {
    const repository = `github.com/acme/${name}`;
    const key = `${repository}/${branch}/1.zip`;
    await s3.send(new PutObjectCommand({ Bucket: SOURCES, Key: key, Body: await zipped({ "page.html": page }) }));
    const Detail = JSON.stringify({
      code_push: "source",
      correlation_id: randomUUID(),
      repository,
      ref: `refs/heads/${branch}`,
      ref_name: branch,
      ref_kind: "branch",
      sha: "1".repeat(40),
      bucket: SOURCES,
      key,
      latest: true,
      author: "Ada",
      commit_time: new Date().toISOString(),
      message: "First",
      trigger: "github",
    });
    await codePushTells("Source Pushed", Detail);
  };

  const codePushTells = (DetailType: string, Detail: string) =>
    new EventBridgeClient().send(
      new PutEventsCommand({ Entries: [{ Source: "slipway.code-push", DetailType, Detail }] }),
    );

  before(async () => {
    inventoryBefore = await inventory(LOCAL_ACCOUNTS.tools);
    await s3.send(new CreateBucketCommand({ Bucket: SOURCES }));
    stack = await inlineStack(STACK, program);
    const outputs = await deployed(stack);
    sites = openSites(outputs["staticSites"]?.value as SitesConnection);
    // For the commands, which read the stack's outputs as people have them read.
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
    docsDomain = String(outputs["docs"]?.value);
    appEventsQueueUrl = String(outputs["appEvents"]?.value);
  });

  after(() => rmSync(folder, { recursive: true }));

  it("provisions an app's site, and brings a zip of it live", async () => {
    const body = { type: "Created", app_id: "shop", settings: { name: "Shop", source: { kind: "zip" } } };
    await new SQSClient().send(
      new SendMessageCommand({ QueueUrl: appEventsQueueUrl, MessageBody: JSON.stringify(body) }),
    );
    await until("the pipeline", async () => (await sites.list()).find(({ site_id }) => site_id === "shop"));
    await command("provision", "shop");
    const zip = join(folder, "site.zip");
    writeFileSync(
      zip,
      await zipped({ "index.html": "<h1>first</h1>", "about/index.html": "about", "404.html": "lost" }),
    );
    const released = await command("release", "shop", "--zip", zip, "--yes");
    expect(released).to.deep.include({ schema: "slipway.site-change.v1", outcome: "done" });
    const { resources } = await command<{ resources: SiteResources }>("show", "shop");
    const domain = resources.distribution_domain ?? "";

    const page = await visit(domain, "/");
    expect(page).to.deep.include({ status: 200, body: "<h1>first</h1>" });
    expect(page.headers["strict-transport-security"]).to.match(/max-age=31536000/);
    expect((await visit(domain, "/about")).body).to.equal("about");
    expect(await visit(domain, "/nowhere.html")).to.deep.include({ status: 404, body: "lost" });

    writeFileSync(zip, await zipped({ "index.html": "<h1>second</h1>", "404.html": "lost" }));
    await command("release", "shop", "--zip", zip, "--yes");
    expect((await visit(domain, "/")).body).to.equal("<h1>second</h1>");
    const back = await command("rollback", "shop", "--yes");
    expect(back).to.have.nested.property("build.release_id", (released["build"] as Json)["release_id"]);
    expect((await visit(domain, "/")).body).to.equal("<h1>first</h1>");
  });

  it("refuses a zip that leaves its folder before anything of it is sent", async () => {
    const zip = join(folder, "hostile.zip");
    writeFileSync(
      zip,
      writeZip([
        { name: "index.html", content: "" },
        { name: "../up.html", content: "" },
      ]),
    );

    const { exitCode, stderr } = await slipway(["site", "release", "shop", "--zip", zip, "--yes", "-s", STACK], {
      cwd: folder,
    });

    expect({ exitCode, lines: stderr.trimEnd().split("\n").length }).to.deep.equal({ exitCode: 2, lines: 1 });
    expect((await sites.show("shop")).builds).to.have.length(3);
  });

  it("builds what code push archived, and brings it live", async () => {
    const source = { kind: "code-push", repository: "github.com/acme/blog", branch: "main" } as const;
    const goOn = join(folder, "go-on");
    const build = {
      install: "true",
      // Waits until it was seen to run.
      build: `echo building; until [ -e ${goOn} ]; do sleep 0.1; done; mkdir dist && cp page.html dist/index.html`,
      test: "test -s dist/index.html",
    };
    writeFileSync(join(folder, "blog.json"), JSON.stringify({ name: "Blog", source, build }));
    await command("create", "blog", "--settings", join(folder, "blog.json"));
    await command("provision", "blog");

    await push("blog", "built");
    await until("a build", async () => (await sites.show("blog")).builds.find(({ state }) => state === "building"));
    const interrupt = new AbortController();
    const followed = await slipway(["site", "logs", "blog", "--follow", "-s", STACK], {
      cwd: folder,
      interrupt: interrupt.signal,
      onOutput: (stdout) => {
        if (stdout.includes("building\n")) interrupt.abort();
      },
    });
    expect(followed.exitCode, followed.stderr).to.equal(130);
    writeFileSync(goOn, "");
    const { resources } = await settled("blog", "Deployed");
    expect((await visit(resources.distribution_domain ?? "", "/")).body).to.equal("built");
  });

  it("builds and brings live a site that is declared, without provisioning", async () => {
    expect((await sites.show("docs")).site.status).to.equal("Ready for Deployment");
    await push("docs", "declared");
    await settled("docs", "Deployed");

    expect((await visit(docsDomain, "/")).body).to.equal("declared");
    await stack.preview({ expectNoChanges: true });
    const refused = await slipway(["site", "teardown", "docs", "--confirm", "docs", "-s", STACK], { cwd: folder });
    expect(refused.exitCode, refused.stderr).to.equal(6);

    await push("docs", "a preview", "feature/x");
    const preview = await until("the preview", async () => {
      const { previews, site } = await sites.show("docs");
      return site.status === "Deployed" ? previews[0] : undefined;
    });
    const [slug = "", ...below] = new URL(preview.url ?? "").hostname.split(".");
    expect(below.join(".")).to.equal("preview.docs.sites.test");
    const previewsDomain = (await sites.show("docs")).site.resources.preview_domain ?? "";
    expect((await visit(previewsDomain, `/${slug}/`)).body).to.equal("a preview");
    // What one of the two has cannot be reached through the other.
    for (const missing of ["/index.html", `/${slug}/nowhere`, `/${slug}/app.js`]) {
      expect(await visit(previewsDomain, missing), missing).to.deep.include({ status: 404, body: "lost\n" });
    }
    expect((await visit(docsDomain, `/previews/${slug}/index.html`)).body).not.to.include("a preview");
    expect((await visit(docsDomain, "/")).body).to.equal("declared");

    const gone = {
      repository: "github.com/acme/docs",
      ref: "refs/heads/feature/x",
      // When it was pushed is known to the second only, and all of this may fit in one.
      removed_at: new Date(Date.now() + 1000).toISOString(),
    };
    await codePushTells("Source Removed", JSON.stringify({ code_push: "source", correlation_id: "c", ...gone }));
    await until("the preview to be gone", async () => (await sites.show("docs")).previews.length === 0 || undefined);
    expect((await visit(previewsDomain, `/${slug}/`)).status).to.equal(404);

    docsBuild = "mkdir dist && echo changed in the program > dist/index.html";
    await stack.up();
    await command("deploy", "docs", "--yes");
    expect((await visit(docsDomain, "/")).body).to.equal("changed in the program\n");
  });

  it("removes sites with all they had", async () => {
    const removals = ["shop", "blog"].map((siteId) => command("teardown", siteId, "--confirm", siteId));
    expect((await Promise.all(removals)).map(({ outcome }) => outcome)).to.deep.equal(["done", "done"]);
    expect(await command("list"))
      .to.have.property("sites")
      .that.has.length(1);
  });

  it("has nothing to change, and leaves nothing behind", async () => {
    await stack.preview({ expectNoChanges: true });
    // The pipeline has written into the row of the declared site, and nothing else is seen to have changed.
    expect(await refreshChanges(stack))
      .to.have.all.keys("same", "update")
      .and.to.include({ update: 1 });
    await stack.preview({ expectNoChanges: true });
    await removeStack(stack);
    for (const pushed of ["blog/main", "docs/main", "docs/feature/x"]) {
      await s3.send(new DeleteObjectCommand({ Bucket: SOURCES, Key: `github.com/acme/${pushed}/1.zip` }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket: SOURCES }));

    expect(await inventory(LOCAL_ACCOUNTS.tools)).to.deep.equal(inventoryBefore);
  });
});
