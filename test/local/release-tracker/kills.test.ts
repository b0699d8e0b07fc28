import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { outputs, up } from "@slipway/automation";
import type { LocalTarget } from "@slipway/automation";
import {
  connectToAws,
  createTrackerClient,
  EnvironmentLockedError,
  LeaseLostError,
} from "@slipway/release-tracker/library";
import type { ReleaseTrackerClient, TrackerConnection } from "@slipway/release-tracker/library";
import { randomNumbers, SEED, seededIt } from "@slipway/testing";
import { expect } from "chai";
import { createEngine } from "../automation/support/engine";
import type { Engine } from "../automation/support/engine";
import { startChild } from "./support/child";
import { servicesAsTheStackSays } from "./support/stack-services";
import { createTables } from "./tables";

/** Thirty kills take some minutes: the test command runs a sample, `SLIPWAY_KILLS=30` all of them, telling each end. */
const KILLS = Number(process.env["SLIPWAY_KILLS"] ?? 3);
const SERVICES = ["basket", "cart", "till"];
const LEASE = 4_000;
const PROJECT = `killed-${SEED}`;

/** Reads its images from the labels as an environment's stack does; each is a resource of its own. */
const PROGRAM = `
const { SSMClient, GetParametersByPathCommand } = require("@aws-sdk/client-ssm");
module.exports = async () => {
  const path = "/${PROJECT}/images/dev";
  const { Parameters } = await new SSMClient().send(new GetParametersByPathCommand({ Path: path }));
  const images = Parameters.map(({ Name, Value }) => [Name.slice(path.length + 1), Value]);
  for (const [service, image] of images) new Gate(service, { image });
  const place = (service, image) => ({ cluster: "c", service, container: service, image });
  return { releaseServices: Object.fromEntries(images.map(([service, image]) => [service, place(service, image)])) };
};`;

const image = (service: string, version: number): string =>
  `example.com/${service}:${version}@sha256:${version.toString(16).padStart(64, "0")}`;

const imagesOf = (version: number) => Object.fromEntries(SERVICES.map((service) => [service, image(service, version)]));

describe("deployments of a real process on the real engine", function () {
  this.timeout(15 * 60_000);
  let engine: Engine;
  let target: LocalTarget;
  let connection: TrackerConnection;
  let client: ReleaseTrackerClient;

  before(async () => {
    engine = createEngine();
    target = engine.project("killed", PROGRAM);
    const tables = await createTables(new DynamoDBClient());
    connection = {
      project: { id: PROJECT, name: "Killed", environments: [{ id: "dev", name: "Development", stack: "dev" }] },
      releasesTable: tables.releases,
      deploymentsTable: tables.deployments,
      workDir: target.workDir,
      requestedBy: { id: "test", name: "test" },
      env: Object.fromEntries(Object.entries(engine.env).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
      timing: { lease: LEASE, poll: 100 },
    };
    await up(target, { env: engine.env, createStack: true });
    client = createTrackerClient({ ...connectToAws(connection), services: servicesAsTheStackSays });
  });

  after(() => engine.remove());

  const prepare = async (version: number): Promise<string> => {
    for (const service of SERVICES) await client.publishImage({ service, uri: image(service, version) });
    return (await client.prepareRelease({ description: `version ${version}` })).release.release_id;
  };

  const start = (releaseId: string, given = connection) =>
    startChild("deploy-process.ts", [JSON.stringify(given), "dev", releaseId]);

  /** Repeats until the dead holder's lease is free, and when a busy machine made this process lose its own. */
  const underLease = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof EnvironmentLockedError || error instanceof LeaseLostError)) throw error;
        await pause(LEASE / 4);
      }
    }
  };

  /** Process of the update that holds the stack's lock, if one runs. */
  const enginePid = (): number | undefined => {
    const folder = join(engine.directory, "state", ".pulumi", "locks", "organization", "killed", "dev");
    try {
      const [file] = readdirSync(folder);
      return file === undefined
        ? undefined
        : (JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: number }).pid;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  };

  seededIt(
    `R6 ${KILLS} SIGKILLs at seeded times end in succeeded, failed or needs-attention, and the record is what the stack has`,
    async (seed) => {
      // With a lease that a busy machine cannot make it lose: nobody waits for this one.
      const first = start(await prepare(1), { ...connection, timing: undefined });
      await first.ready;
      const begunAt = performance.now();
      await first.ended;
      const duration = performance.now() - begunAt;
      expect(first.lines, first.complaints.join("\n")).to.include("succeeded");

      const random = randomNumbers(seed);
      let good = imagesOf(1);
      const outcomes: string[] = [];
      for (let n = 0; n < KILLS; n += 1) {
        const version = n + 2;
        const releaseId = await prepare(version);
        const child = start(releaseId);
        await child.ready;
        await pause(random() * duration);
        const pid = enginePid();
        child.process.kill("SIGKILL");
        // Every second time the engine outlives its deployer, as a child of nobody.
        if (pid !== undefined && n % 2 === 0) process.kill(pid, "SIGKILL");
        await child.ended;

        const { findings } = await underLease(() => client.recoverDeployment({ environmentId: "dev" }));

        const [latest] = await client.deploymentHistory({ environmentId: "dev", limit: 1 });
        const ended = latest?.release_id === releaseId ? latest.status : "not begun";
        const told = `kill ${n}: ${ended}; ${findings.join("; ")}; ${latest?.reason ?? ""}`;
        expect(["succeeded", "failed", "needs-attention", "not begun"], told).to.include(ended);
        if (ended === "succeeded") good = imagesOf(version);
        if (ended !== "needs-attention") expect(await stackImages(target, engine), told).to.deep.equal(good);
        const labels = await client.listImages({ label: "dev" });
        if (ended !== "needs-attention") {
          expect(Object.fromEntries(labels.map(({ service, uri }) => [service, uri])), told).to.deep.equal(good);
        }
        outcomes.push(told);
      }

      const last = await prepare(99);
      const again = await underLease(() => client.deployRelease({ environmentId: "dev", releaseId: last }));
      expect(again.outcome, outcomes.join("\n")).to.equal("succeeded");
      if ("SLIPWAY_KILLS" in process.env) process.stderr.write(`${outcomes.join("\n")}\n`);
    },
  );
});

async function stackImages(target: LocalTarget, engine: Engine): Promise<Record<string, string>> {
  const services = (await outputs(target, { env: engine.env }))["releaseServices"]?.value;
  const entries = Object.entries(services as Record<string, { image: string }>);
  return Object.fromEntries(entries.map(([service, { image: uri }]) => [service, uri]));
}
