import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { openEgress } from "@slipway/data-egress/library";
import { createAuthority } from "@slipway/local/certificates";
import { deployerRoleArn, LOCAL_ACCOUNTS, LOCAL_REGION } from "@slipway/local";
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { repositoryRoot } from "../root.mjs";
import { expect } from "./teller.mjs";

const STACK = "production";
const inProduction = {
  region: LOCAL_REGION,
  credentials: { accessKeyId: LOCAL_ACCOUNTS[STACK], secretAccessKey: "local" },
};
const REPOSITORY = "slipway-demo/data-egress";
const IMAGES = { service: "egress-service", agent: "sft-agent", receiver: "stub-receiver" };
/** The containers of the task that is killed. */
const KILLED = ["service", "agent"];
/** Bucket of the recipient by S3. */
const RECIPIENT = "slipway-demo-partner";
const AGENT = "slipway-demo-agent";
const FLAG = "pipeline_success.flag";
/** Files of the job in whose middle the service is killed; each goes two ways. */
const MANY = 100;
/** Files that are sent at once: as many may be on their way when the service is killed. */
const AT_ONCE = 4;
/** Seconds without a sign of life after which a job is taken over. */
const LEASE = 10;

const bundle = (name) => join(repositoryRoot, "packages", "data-egress", "dist", "lambda", name, "index.js");

/** A port that is free now. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The data egress of the story: reports go to a partner's bucket and, over mutual TLS, to a stub of their warehouse. */
export class Egress {
  #teller;
  #s3 = new S3Client({ ...inProduction, forcePathStyle: true });
  #secretArns = [];
  #connection;
  #client;
  #received;

  constructor(teller) {
    this.#teller = teller;
  }

  /** Pushes the images, keeps certificates where AWS keeps secrets, and puts rows into the settings of production. */
  async prepare() {
    const images = {};
    for (const [role, name] of Object.entries(IMAGES)) images[role] = await this.#push(role, name);
    this.#teller.say(`${REPOSITORY} has ${Object.values(IMAGES).join(", ")}`);
    const authority = createAuthority("Slipway demo");
    const server = await this.#keep("receiver", authority.issue({ name: "localhost", use: "server" }));
    const agent = await this.#keep("agent", authority.issue({ name: AGENT, use: "client" }));
    const trust = await this.#secret("authority", authority.certificate);
    this.#teller.say(
      `certificates of an authority of its own, for the agent (${AGENT}) and for the receiver (localhost)`,
    );
    await this.#s3.send(new CreateBucketCommand({ Bucket: RECIPIENT }));
    const VersioningConfiguration = { Status: "Enabled" };
    await this.#s3.send(new PutBucketVersioningCommand({ Bucket: RECIPIENT, VersioningConfiguration }));
    const port = await freePort();
    const settings = {
      serviceImage: images.service,
      agentImage: images.agent,
      agentConfiguration: agentConfiguration(`https://localhost:${port}/DA/warehouse`),
      agentCertificateSecret: agent.certificate,
      agentPrivateKeySecret: agent.privateKey,
      agentTrustSecret: trust,
      leaseSeconds: LEASE,
      concurrency: AT_ONCE,
      rows: ROWS,
      stubReceiver: {
        image: images.receiver,
        certificateSecret: server.certificate,
        privateKeySecret: server.privateKey,
        trustSecret: trust,
        clients: [AGENT],
        listenAddress: "127.0.0.1",
        port,
      },
    };
    appendFileSync(this.#file(`Pulumi.${STACK}.yaml`), `  slipway:dataEgress: ${JSON.stringify(settings)}\n`);
  }

  /** Reads where the data egress is, once production is up. */
  async open() {
    const { outputs } = await this.#teller.json(["outputs", "--stack", STACK]);
    this.#connection = outputs.dataEgress.value;
    this.#received = outputs.stubReceiverBucket.value;
    const assumeRoles = [{ roleArn: deployerRoleArn(LOCAL_ACCOUNTS[STACK]) }];
    this.#client = openEgress({ ...this.#connection, assumeRoles }, { requestedBy: "demo" });
  }

  /** One data set goes both ways, and every file has a receipt from either recipient. */
  async sendsBothWays(teller) {
    const folder = "reports/2026-02-28/";
    const texts = { "north.csv": "a,1\n", "south.csv": "b,2\n", "west.csv": "c,3\n" };
    for (const [name, text] of Object.entries(texts)) await this.#put(`${folder}${name}`, text);
    await teller.slipway(["egress", "plan", folder, "--stack", STACK]);
    await this.#put(`${folder}${FLAG}`, "");
    await this.#ended(folder, teller.signal);
    await teller.slipway(["egress", "status", folder, "--stack", STACK]);
    const { job, receipts, missing } = await teller.json(["egress", "status", folder, "--stack", STACK]);
    expect(job.status === "Succeeded" && missing === 0, `the job is ${job.status}, ${missing} receipts are missing`);
    const names = Object.keys(texts);
    // Three files and a control file to the partner, three files to the warehouse.
    expect(receipts.length === 2 * names.length + 1, `there are ${receipts.length} receipts`);
    const unconfirmed = receipts.find(
      ({ recipient, answer }) => recipient === "Warehouse" && !/ 20\d digest confirmed$/.test(answer),
    );
    expect(unconfirmed === undefined, `the warehouse did not confirm ${unconfirmed?.target}: ${unconfirmed?.answer}`);
    await this.#has(RECIPIENT, [
      ...names.map((name) => `in/2026-02-28/${name}`),
      "in/2026-02-28/reports-20260228.control",
    ]);
    await this.#has(
      this.#received,
      names.map((name) => `received/DA/warehouse/${name}`),
    );
  }

  /** The service is killed in the middle of a job; the redelivery sends only what was missing. */
  async survivesAKill(teller) {
    const folder = "bulk/2026-03-01/";
    const names = Array.from({ length: MANY }, (_, index) => `part-${String(index).padStart(4, "0")}.csv`);
    await Promise.all(names.map((name) => this.#put(`${folder}${name}`, `${name},${"0".repeat(500)}\n`)));
    await this.#put(`${folder}${FLAG}`, "");
    const all = 2 * MANY;
    const { jobId } = await this.#until("a third of the job", teller.signal, async () => {
      const job = await this.#job(folder);
      return job && (await this.#receipts(job.jobId)) >= all / 3 ? job : undefined;
    });
    // Both containers, as when the machine under a task fails.
    for (const role of KILLED) process.kill(Number(readFileSync(this.#pidFile(role), "utf8")), "SIGKILL");
    const start = performance.now();
    const kept = await this.#receipts(jobId);
    const before = (await this.#arrivals("received/DA/bulk/", "bulk/")).length;
    expect(kept < all, "the job was over before the service could be killed");
    teller.say(`killed with ${kept} of ${all} receipts in the ledger, and ${before} arrivals at the recipients`);
    const job = await this.#ended(folder, teller.signal);
    expect(job.status === "Succeeded" && job.attempts === 2, `the job is ${job.status} after attempt ${job.attempts}`);
    const receipts = await this.#receipts(jobId);
    const arrivals = await this.#arrivals("received/DA/bulk/", "bulk/");
    const twice = arrivals.length - new Set(arrivals).size;
    expect(receipts === all && new Set(arrivals).size === all, `${receipts} receipts, ${arrivals.length} arrivals`);
    // Nobody can know of a file that was on its way; everything else is sent once.
    expect(twice <= AT_ONCE, `${twice} files were sent twice, though ${AT_ONCE} at most were on their way`);
    teller.say(`another task took the job over and ended it ${Math.round((performance.now() - start) / 1000)} s later`);
    teller.say(
      `attempt 2 sent ${arrivals.length - before}: ${all} receipts, ${arrivals.length} arrivals, ${twice} of them again`,
    );
    await teller.slipway(["egress", "list", "--stack", STACK]);
    await teller.slipway(["egress", "status", "--stack", STACK]);
  }

  async close() {
    const secrets = new SecretsManagerClient(inProduction);
    for (const SecretId of this.#secretArns.splice(0)) {
      await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    }
  }

  #file = (name) => join(this.#teller.directory, name);
  #pidFile = (role) => this.#file(`egress-${role}.pid`);

  async #push(role, name) {
    const program = KILLED.includes(role) ? [join(import.meta.dirname, "with-pid.mjs"), this.#pidFile(role)] : [];
    const { uri, digest } = await this.#teller.json([
      ...["local", "image", `${REPOSITORY}:${name}`],
      ...["--", "node", ...program, bundle(name)],
    ]);
    return `${uri.replace(/:[^:/]+$/, "")}@${digest}`;
  }

  async #keep(name, { certificate, privateKey }) {
    return {
      certificate: await this.#secret(`${name}-certificate`, certificate),
      privateKey: await this.#secret(`${name}-key`, privateKey),
    };
  }

  async #secret(name, SecretString) {
    const { ARN } = await new SecretsManagerClient(inProduction).send(
      new CreateSecretCommand({ Name: `slipway-demo/${name}`, SecretString }),
    );
    this.#secretArns.push(ARN);
    return ARN;
  }

  #put(Key, Body) {
    // The SDK takes what is empty for a stream of unknown length unless it is told.
    const ContentLength = Buffer.byteLength(Body);
    return this.#s3.send(new PutObjectCommand({ Bucket: this.#connection.sourceBucket, Key, Body, ContentLength }));
  }

  async #job(folder) {
    return (await this.#client.list()).find(({ flag }) => flag.key === `${folder}${FLAG}`);
  }

  async #receipts(jobId) {
    return (await this.#client.show(jobId)).receipts.length;
  }

  /** Waits until the job of a flag is over. */
  #ended(folder, signal) {
    return this.#until(`the end of ${folder}`, signal, async () => {
      const job = await this.#job(folder);
      return job && ["Succeeded", "Failed", "Refused"].includes(job.status) ? job : undefined;
    });
  }

  /** Keys below these prefixes at the two recipients, one for each time that a file arrived. */
  async #arrivals(atWarehouse, atPartner) {
    return [...(await this.#versions(this.#received, atWarehouse)), ...(await this.#versions(RECIPIENT, atPartner))];
  }

  async #versions(Bucket, Prefix) {
    const found = [];
    let page = {};
    do {
      page = await this.#s3.send(
        new ListObjectVersionsCommand({
          Bucket,
          Prefix,
          KeyMarker: page.NextKeyMarker,
          VersionIdMarker: page.NextVersionIdMarker,
        }),
      );
      found.push(...(page.Versions ?? []).map(({ Key }) => Key));
    } while (page.IsTruncated);
    return found;
  }

  async #has(bucket, keys) {
    const found = (await this.#versions(bucket)).sort();
    expect(JSON.stringify(found) === JSON.stringify(keys.sort()), `${bucket} has ${found.join(", ") || "nothing"}`);
  }

  /** Asks until there is an answer: nothing tells this process how far a job is. */
  async #until(what, signal, look, limit = 120_000) {
    const deadline = performance.now() + limit;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      expect(performance.now() < deadline, `waited in vain for ${what}`);
      await pause(250, undefined, { signal });
    }
  }
}

const ROWS = [
  {
    sourcePrefix: "reports/$TODAYS_DATE/",
    pipelineName: "reports",
    transferType: "S3",
    destinationBucket: RECIPIENT,
    destinationPrefix: "in/$TODAYS_DATE/",
    recipientName: "Partner",
    controlFileName: "reports-$TODAYS_DATE.control",
  },
  {
    sourcePrefix: "reports/$TODAYS_DATE/",
    pipelineName: "reports#sft",
    transferType: "SFT",
    destinationPrefix: "/data-egress/warehouse/",
    recipientName: "Warehouse",
  },
  {
    sourcePrefix: "bulk/$TODAYS_DATE/",
    pipelineName: "bulk",
    transferType: "S3",
    destinationBucket: RECIPIENT,
    destinationPrefix: "bulk/$TODAYS_DATE/",
    recipientName: "Partner",
  },
  {
    sourcePrefix: "bulk/$TODAYS_DATE/",
    pipelineName: "bulk#sft",
    transferType: "SFT",
    destinationPrefix: "/data-egress/bulk/",
    recipientName: "Warehouse",
  },
];

/** Two routes to the same recipient, who must say what it has received. */
const agentConfiguration = (warehouse) => ({
  sender: {
    retryBehaviour: { maximumRedeliveries: 3, redeliveryDelay: 500, maximumRedeliveryDelay: 2000 },
    routes: ["warehouse", "bulk"].map((name) => ({
      name,
      source: `/data-egress/${name}/`,
      threadPoolSize: AT_ONCE,
      actions: [
        { name: "httpRequest", properties: { destination: warehouse.replace(/warehouse$/, name), mustConfirm: true } },
      ],
    })),
  },
});
