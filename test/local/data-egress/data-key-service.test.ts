import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Stack } from "@pulumi/pulumi/automation";
import type { DataEgressOutput } from "@slipway/data-egress";
import { FLAG_NAME } from "@slipway/data-egress/contract";
import { createAuthority } from "@slipway/local/certificates";
import { expect } from "chai";
import type { DynamoLedger } from "../../../packages/data-egress/src/adapters/dynamo-ledger";
import { StandInDataKeyService } from "../../../packages/data-egress/test/support/stand-in-data-key-service";
import { removeStack } from "../aws-plugin/stack";
import { EgressStage, until } from "./stage";

const PLAIN = "4929 1234 5678 9012, Ada Lovelace\n".repeat(1000);

describe("data egress with a data key service", function () {
  this.timeout(300_000);
  const stage = new EgressStage();
  const { source } = stage;
  const service = new StandInDataKeyService();
  let stack: Stack;
  let connection: DataEgressOutput;
  let ledger: DynamoLedger;
  let target: string;

  before(async () => {
    await stage.open();
    target = await stage.createBucket("target");
    const authority = createAuthority("development");
    const server = authority.issue({ name: "localhost", use: "server" });
    const client = authority.issue({ name: "egress", use: "client" });
    await service.start({
      cert: server.certificate,
      key: server.privateKey,
      ca: authority.certificate,
      requestCert: true,
    });
    const serviceImage = await stage.publish("egress-service");
    const dataKeyServiceCertificateSecret = await stage.secret("certificate", client.certificate);
    const dataKeyServicePrivateKeySecret = await stage.secret("key", client.privateKey);
    const dataKeyServiceTrustSecret = await stage.secret("trust", authority.certificate);
    ({ stack, connection, ledger } = await stage.deploy({
      serviceImage,
      dataKeyServiceUrl: service.address,
      dataKeyServiceCertificateSecret,
      dataKeyServicePrivateKeySecret,
      dataKeyServiceTrustSecret,
      rows: [
        {
          sourcePrefix: "dataegress/cards/",
          pipelineName: "cards",
          transferType: "S3",
          destinationBucket: target,
          destinationPrefix: "cards/",
          recipientName: "Cards",
          decrypt: true,
        },
      ],
    }));
  });

  after(async () => {
    await removeStack(stack);
    await service.stop();
    await stage.close();
  });

  /** Puts a file as HTME does, then a flag. @returns the job once it has ended. */
  async function sent(folder: string, encryptedBy: StandInDataKeyService) {
    const { body, metadata, dataKey } = encryptedBy.encrypt(PLAIN);
    await stage.s3.send(
      new PutObjectCommand({ Bucket: source, Key: `${folder}a.csv.enc`, Body: body, Metadata: metadata }),
    );
    await stage.put(source, `${folder}${FLAG_NAME}`, "");
    const job = await until(`the end of ${folder}`, async () => {
      const jobs = await ledger.list({ limit: 100 });
      return jobs.find(({ flag, status }) => flag.key.startsWith(folder) && ["Succeeded", "Refused"].includes(status));
    });
    return { job, dataKey };
  }

  it("decrypts what HTME encrypted, with keys that the service alone has, and asks again when it fails", async () => {
    service.instead = [{ status: 503 }];

    const { job } = await sent("dataegress/cards/first/", service);

    expect(job).to.include({ status: "Succeeded", attempts: 1 });
    expect(await stage.texts(target)).to.deep.equal({ "cards/a.csv": PLAIN });
    expect(service.calls.map(({ client }) => client)).to.deep.equal(["egress", "egress"]);
  });

  it("D7 refuses a key that the service has not, and holds none in what it keeps", async () => {
    const { job, dataKey } = await sent("dataegress/cards/second/", new StandInDataKeyService());

    expect(job).to.include({ status: "Refused", code: "data-key-refused", attempts: 1 });
    const letter = await stage.letter(connection.deadLetterQueueUrl);
    expect(letter.attributes).to.include({ slipway_code: "data-key-refused" });
    expect(JSON.stringify([job, letter])).to.not.include(dataKey.toString("base64"));
  });

  it("changes nothing at a second deployment", async () => {
    await stack.preview({ expectNoChanges: true });
  });
});
