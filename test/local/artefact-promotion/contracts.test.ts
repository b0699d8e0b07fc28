import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { startConditionalCopies, type ConditionalCopies } from "@slipway/testing";
import { S3ObjectStore } from "../../../packages/artefact-promotion/src/adapters/s3-object-store";
import { ledgerContract } from "../../../packages/artefact-promotion/test/contracts/ledger";
import { objectStoreContract } from "../../../packages/artefact-promotion/test/contracts/object-store";
import { queuesContract } from "../../../packages/artefact-promotion/test/contracts/queues";
import {
  ACCOUNTS,
  createBucket,
  createHop,
  createLedgerTable,
  ledgerOf,
  letRead,
  openUploads,
  plant,
  s3Of,
} from "./support";

const bucketsOf = (sourceAccount: string, targetAccount: string, endpoint?: () => string) => async () => {
  const [source, target] = await Promise.all([
    createBucket(sourceAccount, "source"),
    createBucket(targetAccount, "target"),
  ]);
  await letRead(source, targetAccount);
  return {
    store: new S3ObjectStore(s3Of(targetAccount, endpoint?.())),
    source,
    target,
    plant: async (...args: Parameters<typeof plant>) => void (await plant(...args)),
    openUploads: () => openUploads(target),
  };
};

// Two things that the emulator does not mind: the condition on a copy's target, which is put in front of it here, and
// whom a bucket is said to belong to. And a copy's source in another account is no bucket to it.
describe("object store S3, one account, with conditions on copies", () => {
  let copies: ConditionalCopies;

  before(async () => {
    copies = await startConditionalCopies(process.env["AWS_ENDPOINT_URL"] ?? "");
  });

  after(() => copies.close());

  objectStoreContract(
    "S3, one account",
    bucketsOf(ACCOUNTS.target, ACCOUNTS.target, () => copies.url),
    { conditionalCopies: true, copies: true, owners: false },
  );
});

objectStoreContract("S3, two accounts", bucketsOf(ACCOUNTS.source, ACCOUNTS.target), {
  conditionalCopies: false,
  copies: false,
  owners: false,
});

ledgerContract("DynamoDB", async () => ledgerOf(ACCOUNTS.target, await createLedgerTable(ACCOUNTS.target)));

queuesContract("SQS", async () => {
  const { queue, deadLetters, sqs, queueUrl, deadUrl } = await createHop(ACCOUNTS);
  return {
    queue,
    deadLetters,
    bury: async (bodies) => {
      for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: deadUrl, MessageBody }));
    },
    waiting: async () => {
      const found: string[] = [];
      for (;;) {
        const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 });
        const { Messages = [] } = await sqs.send(command);
        if (Messages.length === 0) return found;
        found.push(...Messages.map(({ Body = "" }) => Body));
      }
    },
  };
});
