import type { Stack } from "@pulumi/pulumi/automation";
import { FLAG_NAME } from "@slipway/data-egress/contract";
import { createAuthority } from "@slipway/local/certificates";
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoLedger } from "../../../packages/data-egress/src/adapters/dynamo-ledger";
import { removeStack } from "../aws-plugin/stack";
import { EgressStage, killContainer, startRecipient, until, type Recipient } from "./stage";

const FILES = 100;

describe("data egress over mutual TLS", function () {
  this.timeout(300_000);
  const stage = new EgressStage();
  const { source } = stage;
  const folder = mkdtempSync(join(tmpdir(), "slipway-recipient-"));
  let recipient: Recipient;
  let stack: Stack;
  let ledger: DynamoLedger;
  let target: string;

  before(async () => {
    await stage.open();
    target = await stage.createBucket("target", true);
    const authority = createAuthority("development");
    const server = authority.issue({ name: "localhost", use: "server" });
    const client = authority.issue({ name: "agent", use: "client" });
    recipient = await startRecipient(folder, { server, trust: authority.certificate });
    const [serviceImage, agentImage] = [await stage.publish("egress-service"), await stage.publish("sft-agent")];
    const destination = `${recipient.url}/warehouse`;
    const agentConfiguration = JSON.stringify({
      sender: {
        routes: [
          {
            name: "warehouse",
            source: "/data-egress/warehouse/",
            threadPoolSize: 8,
            actions: [{ name: "httpRequest", properties: { destination, mustConfirm: true } }],
          },
        ],
      },
    });
    // Values of secrets are no business of a program's: they would be in its state.
    const secrets = {
      certificate: await stage.secret("certificate", client.certificate),
      key: await stage.secret("key", client.privateKey),
      trust: await stage.secret("trust", authority.certificate),
    };
    ({ stack, ledger } = await stage.deploy({
      serviceImage,
      agentImage,
      agentConfiguration,
      agentCertificateSecret: secrets.certificate,
      agentPrivateKeySecret: secrets.key,
      agentTrustSecret: secrets.trust,
      rows: [
        {
          sourcePrefix: "dataegress/dwh/",
          pipelineName: "dwh",
          transferType: "S3",
          destinationBucket: target,
          destinationPrefix: "dwh/",
          recipientName: "Lake",
        },
        {
          sourcePrefix: "dataegress/dwh/",
          pipelineName: "dwh#sft",
          transferType: "SFT",
          destinationPrefix: "/data-egress/warehouse/",
          recipientName: "Warehouse",
          controlFileName: "dwh-$TODAYS_DATE.control",
        },
      ],
      leaseSeconds: 10,
    }));
  });

  after(async () => {
    await removeStack(stack);
    await recipient.stop();
    await stage.close();
    rmSync(folder, { recursive: true });
  });

  it("sends one data set both ways, and counts what was confirmed by the recipient", async () => {
    for (const name of ["a.csv", "b.csv", "c.csv"])
      await stage.put(source, `dataegress/dwh/${name}`, `text of ${name}`);
    await stage.put(source, `dataegress/dwh/${FLAG_NAME}`, "");

    const job = await until("the end of the job", async () => {
      const [newest] = await ledger.list({ limit: 1 });
      return newest?.status === "Running" ? undefined : newest;
    });

    expect(job).to.deep.include({ status: "Succeeded" });
    expect(Object.keys(await stage.texts(target))).to.deep.equal(["dwh/a.csv", "dwh/b.csv", "dwh/c.csv"]);
    const received = Object.entries(recipient.received()).filter(([path]) => path.endsWith(".csv"));
    expect(received.map(([, text]) => text).sort()).to.deep.equal(["text of a.csv", "text of b.csv", "text of c.csv"]);
    const receipts = await ledger.receipts(job.jobId);
    expect(receipts.map(({ recipient: name, kind }) => `${name} ${kind}`).sort()).to.deep.equal([
      "Lake file",
      "Lake file",
      "Lake file",
      "Warehouse control",
      "Warehouse file",
      "Warehouse file",
      "Warehouse file",
    ]);
    for (const { answer } of receipts.filter(({ recipient: name }) => name === "Warehouse")) {
      expect(answer).to.match(/^https:\/\/localhost:\d+\/DA\/warehouse 20\d digest confirmed$/);
    }
  });

  it("D2 the service is killed in the middle: a new task sends only what was missing, both ways", async () => {
    const names = Array.from({ length: FILES }, (_, n) => `k${`${n}`.padStart(3, "0")}.csv`);
    await Promise.all(names.map((name) => stage.put(source, `dataegress/dwh/kill/${name}`, `text of ${name}`)));
    await stage.put(source, `dataegress/dwh/kill/${FLAG_NAME}`, "");
    const newest = async () => (await ledger.list({ limit: 1 }))[0];
    const half = await until("half of the receipts", async () => {
      const job = await newest();
      if (job?.planned?.files !== FILES) return undefined;
      const receipts = await ledger.receipts(job.jobId);
      return receipts.length > FILES * 1.3 ? receipts : undefined;
    });

    await killContainer("service");

    const job = await until("the end of the job", async () => {
      const now = await newest();
      return now?.status === "Succeeded" ? now : undefined;
    });
    expect(half.length).to.be.below(2 * FILES);
    expect(job.attempts).to.equal(2);
    const receipts = await ledger.receipts(job.jobId);
    expect(receipts.length).to.equal(2 * FILES + 1);
    // What was recorded before the kill was not sent again: its receipt is the same.
    const after = new Map(receipts.map((receipt) => [receipt.id, receipt]));
    for (const receipt of half) expect(after.get(receipt.id)).to.deep.equal(receipt);
    expect(await stage.versionsPerKey(target, "dwh/k")).to.deep.equal(
      Object.fromEntries(names.map((name) => [`dwh/${name}`, 1])),
    );
    const sent = recipient.log().filter((name) => names.includes(name));
    expect(new Set(sent).size).to.equal(FILES);
    // Those whose receipts ended with the volume of the task were asked for, and not sent again.
    expect(sent.length, "files that came").to.equal(FILES);
  });
});
