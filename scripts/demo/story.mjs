import { LOCAL_ACCOUNTS, LOCAL_REGION, findLocal } from "@slipway/local";
import { join } from "node:path";
import { repositoryRoot } from "../root.mjs";
import { alarmed, allowCopies, arrived, deleteArtefact, putArtefact, refuseCopies, runNow } from "./artefacts.mjs";
import { Egress } from "./egress.mjs";
import { Pushes } from "./pushes.mjs";
import { askServices } from "./services.mjs";
import { Site } from "./sites.mjs";
import { expect, Teller } from "./teller.mjs";

const PROJECT = "slipway-demo";
const SERVICES = ["api", "web", "worker"];
const REFUSED = 6;
const FAILED = 1;
const DRIFTED = 7;
/** A new artefact counts as on its way for a minute, in milliseconds. */
const GRACE = 61_000;

/** Puts one version of a service, built from a commit, into the registry and publishes it, as a build job does. */
async function publish(teller, service, version, commit, variables = {}) {
  const env = Object.entries({ SERVICE: service, VERSION: version, ...variables });
  const flags = env.flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const { uri } = await teller.json([
    ...["local", "image", `${PROJECT}/${service}:${version}`, "--revision", commit, ...flags],
    ...["--", "node", join(repositoryRoot, "stacks", "services", "service.mjs")],
  ]);
  await teller.slipway(["images", "publish", service, uri, "--user-id", "demo-build"]);
}

/** Runs a command that touches many resources and tells how many. */
async function summarise(teller, args) {
  teller.say(`$ slipway ${args.join(" ")}`);
  const { stack, changes } = await teller.json(args);
  const counts = Object.entries(changes).filter(([, count]) => count > 0);
  teller.say(`${stack}: ${counts.map(([operation, count]) => `${count} ${operation}`).join(", ")}`);
}

const up = (teller, stack) => summarise(teller, ["up", "--stack", stack, "--yes", "--skip-preview"]);

const prepare = async (teller, description) => {
  await teller.slipway(["release", "prepare", "--description", description]);
  const { releases } = await teller.json(["release", "list", "--limit", "1"]);
  return releases[0].release_id;
};

const deploy = (teller, releaseId, environment, options) =>
  teller.slipway(["release", "deploy", releaseId, "--environment", environment, "--yes"], options);

/** Fails unless every service of an environment answers, and with this version alone. */
async function expectVersions(teller, environment, versions) {
  const answers = await askServices({ account: LOCAL_ACCOUNTS[environment], region: LOCAL_REGION, services: SERVICES });
  for (const [service, version] of Object.entries(versions)) {
    const seen = [...new Set(answers[service] ?? [])];
    teller.say(`${environment}/${service} answers: ${seen.join(", ") || "nothing"}`);
    expect(seen.length === 1 && seen[0] === version, `${service} in ${environment} answers ${seen}, not ${version}`);
  }
}

const all = (version) => Object.fromEntries(SERVICES.map((service) => [service, version]));

const labelsOf = async (teller, label) => {
  const { images } = await teller.json(["images", "list", "--label", label]);
  return JSON.stringify(images.map(({ service, uri }) => [service, uri]));
};

/** Pushes become archives: of each host's by its webhook, and of one that no webhook told of. */
async function tellOfPushes(teller, pushes) {
  const first = await teller.step("Three Git hosts tell of a push, and each commit is archived", async () => {
    await pushes.open();
    const sha = await pushes.tellOfAll();
    await teller.slipway(["push", "list", "--stack", "tools"]);
    const { metadata } = await pushes.archive("slipway", sha);
    teller.say(
      `the archive says: ${Object.entries(metadata)
        .map((pair) => pair.join("="))
        .join(", ")}`,
    );
    return sha;
  });
  const second = await teller.step("A webhook that was lost: the remote tells", async () => {
    const sha = pushes.loseOne();
    const { stdout } = await teller.slipway(["push", "reconcile", "--stack", "tools"]);
    expect(stdout.includes(sha.slice(0, 12)), `${sha} was not missed`);
    await pushes.archive("slipway", sha);
    teller.say("archived");
    return sha;
  });
  return { first, second };
}

/** Commits and zips go live, unless they are broken, and what was live comes back. */
async function tellOfSite(teller, pushes, site, { second }) {
  await teller.step("The push is live: built, tested, archived, deployed, and seen in a browser", async () => {
    await site.isLive(second);
    await site.isSeen();
  });
  await teller.step("A branch gets a preview of its own", () => site.isPreviewed(pushes));
  await teller.step("A commit with a broken link: stopped by the Test phase, the live site is as before", () =>
    site.isProtected(pushes),
  );
  await teller.step("A zip goes live without a build, and is rolled back", () => site.isReleasedAndRolledBack());
  await teller.step("The site's removal is asked for; CloudFront takes its time, so the story goes on", () =>
    site.remove(),
  );
}

/** Artefacts follow from environment to environment, drift is mended, and what cannot be promoted is not lost. */
async function tellOfArtefacts(teller, oldArtefact, { key, bytes }) {
  const artefacts = (verb, stack, ...options) => ["artefacts", verb, "--stack", stack, ...options];

  await teller.step("What staging could not copy: tried three times by now, a dead letter, an alarm", async () => {
    await alarmed(teller, "staging");
    await teller.slipway(artefacts("redrive", "staging", "--dry-run"));
  });
  await teller.step("Allowed again, and sent back to the queue", async () => {
    await allowCopies("staging");
    await teller.slipway(artefacts("redrive", "staging", "--yes"));
    await arrived(teller, "production", "builds/worker-3.tgz", "worker 3");
  });
  await teller.step("A new artefact follows through two hops", async () => {
    await putArtefact("integration", key, bytes);
    await arrived(teller, "staging", key, bytes);
    await arrived(teller, "production", key, bytes);
    await teller.slipway(artefacts("history", "production"));
  });
  await teller.step("Drift made by hand: found, and mended by the reconciler", async () => {
    await deleteArtefact("staging", "builds/web-1.tgz");
    await teller.until(oldArtefact + GRACE);
    await teller.slipway(artefacts("diff", "staging"), { exitCode: DRIFTED });
    const { value } = await teller.json(["outputs", "artefactReconciler", "--stack", "staging"]);
    await runNow("staging", value);
    await arrived(teller, "staging", "builds/web-1.tgz", "web 1");
    await teller.slipway(artefacts("diff", "staging"));
  });
}

/** Which way a commit went: it was deployed everywhere, and staging was rolled back since. */
async function traceCommit(teller, sha) {
  const { stdout } = await teller.slipway(["trace", sha.slice(0, 12)]);
  const lines = stdout.split("\n").map((line) => line.replaceAll(/ +/g, " ").trim());
  const parts = [
    /^pushed .*demo\/slipway main/,
    /^promoted staging -> production .*builds/,
    /^released /,
    /^deployed staging .*deploy of .* succeeded/,
    /^runs staging now not running$/,
    /^runs production now api, web$/,
  ];
  for (const part of parts)
    expect(
      lines.some((line) => part.test(line)),
      `the trace says nothing like ${part}`,
    );
}

/** Tells the story from an empty machine to an empty machine; throws when a step is not as expected. */
export async function tellStory({ directory, signal }) {
  const teller = new Teller({ directory, signal });
  const pushes = new Pushes(teller);
  try {
    await tell(teller, pushes);
  } finally {
    await pushes.stop();
  }
}

async function tell(teller, pushes) {
  const { directory } = teller;

  await teller.step("A local AWS: three environments and tools, each an account of its own", async () => {
    await teller.slipway(["local", "up"]);
    teller.use(findLocal({ directory }));
    await teller.slipway(["doctor"]);
  });
  await teller.step("Three repositories, one of them this very checkout, and secrets for them", () => pushes.prepare());
  await teller.step("The tools stack: registry, images, releases, archives of what is pushed", () =>
    up(teller, "tools"),
  );
  const egress = new Egress(teller);
  await teller.step("Images, certificates and a recipient for the data that production sends out", () =>
    egress.prepare(),
  );
  const site = new Site(teller);
  await teller.step("A static site for this checkout's documentation", () => site.make());
  const commits = await tellOfPushes(teller, pushes);
  await tellOfSite(teller, pushes, site, commits);
  const oldArtefact = await teller.step("Integration, where a build job leaves an artefact", async () => {
    await up(teller, "integration");
    await putArtefact("integration", "builds/web-1.tgz", "web 1");
    return performance.now();
  });
  await teller.step("Two environments made later: no release yet, but what they missed of the artefacts", async () => {
    for (const stack of ["staging", "production"]) {
      await up(teller, stack);
      const { value } = await teller.json(["outputs", "artefactBackfill", "--stack", stack]);
      expect(JSON.parse(value).queued === 1, `the backfill of ${stack} found ${value}`);
      await arrived(teller, stack, "builds/web-1.tgz", "web 1");
    }
  });
  await egress.open();
  // Mostly waiting; the story goes on meanwhile, and tells of it when it is over.
  const sent = teller.aside((quiet) => egress.sendsBothWays(quiet));
  const survived = teller.aside((quiet) => egress.survivesAKill(quiet), { after: sent });
  await teller.step("A build job publishes three images", async () => {
    for (const service of SERVICES) await publish(teller, service, "v1", commits.first);
    await teller.slipway(["images", "list"]);
  });
  const first = await teller.step("A release of what is latest", () => prepare(teller, "first release"));
  await teller.step("Deployed to staging: labels, stack, verification", () => deploy(teller, first, "staging"));
  await teller.step("The services answer with their versions", () => expectVersions(teller, "staging", all("v1")));

  const second = await teller.step("A second release: two services changed", async () => {
    for (const service of ["api", "web"]) await publish(teller, service, "v2", commits.second);
    const id = await prepare(teller, "second release");
    await teller.slipway(["release", "diff", first, id]);
    return id;
  });
  const secondVersions = { ...all("v2"), worker: "v1" };
  await teller.step("Production refuses it: staging has not proven it", () =>
    deploy(teller, second, "production", { exitCode: REFUSED }),
  );
  await teller.step("Staging, then production", async () => {
    await deploy(teller, second, "staging");
    await deploy(teller, second, "production");
    await expectVersions(teller, "staging", secondVersions);
    await expectVersions(teller, "production", secondVersions);
  });

  await teller.step("A data set goes out both ways: to a bucket, and over mutual TLS; every file has a receipt", sent);
  await teller.step("Something goes wrong: staging may not copy an artefact that is made now", async () => {
    await refuseCopies("staging");
    await putArtefact("integration", "builds/worker-3.tgz", "worker 3");
  });
  await teller.step("A bad image: the deployment fails, labels and services are as before", async () => {
    const before = await labelsOf(teller, "staging");
    await publish(teller, "web", "v3", commits.second, { CRASH: "1" });
    const bad = await prepare(teller, "a release that does not start");
    await deploy(teller, bad, "staging", { exitCode: FAILED });
    expect((await labelsOf(teller, "staging")) === before, "the labels of staging are not as before");
    await expectVersions(teller, "staging", secondVersions);
    await teller.slipway(["release", "reject", bad, "--reason", "does not start", "--yes"]);
  });
  await teller.step("Rolled back, and pinned there", async () => {
    await teller.slipway(["release", "rollback", "--environment", "staging", "--reason", "look into v2", "--yes"]);
    await expectVersions(teller, "staging", all("v1"));
    await deploy(teller, second, "staging", { exitCode: REFUSED });
  });
  await teller.step("Which release runs where", async () => {
    await teller.slipway(["status"]);
    await teller.slipway(["release", "history", "--environment", "staging"]);
  });
  const { bytes } = await pushes.archive("slipway", commits.second);
  await tellOfArtefacts(teller, oldArtefact, { key: `builds/slipway-${commits.second}.zip`, bytes });
  await teller.step("The service that sends is killed in the middle of a job; only what is missing is sent", survived);
  await teller.step("One commit, from its push to what runs", () => traceCommit(teller, commits.second));
  await teller.step("A preview right after: nothing to change", () =>
    teller.slipway(["preview", "--stack", "staging", "--exit-code"]),
  );
  await teller.step("The site is gone", () => site.isGone());
  await teller.step("Everything is taken down again", async () => {
    for (const stack of ["production", "staging", "integration", "tools"]) {
      await summarise(teller, ["destroy", "--stack", stack, "--yes", "--confirm", stack]);
    }
    await pushes.close();
    await egress.close();
    await teller.slipway(["local", "down"]);
  });
}
