import { S3ObjectStore } from "../../../packages/artefact-promotion/src/adapters/s3-object-store";
import { ledgerContract } from "../../../packages/artefact-promotion/test/contracts/ledger";
import { objectStoreContract } from "../../../packages/artefact-promotion/test/contracts/object-store";
import { ACCOUNTS, createBucket, createLedgerTable, ledgerOf, letRead, openUploads, plant, s3Of } from "./support";

const bucketsOf = (sourceAccount: string, targetAccount: string) => async () => {
  const [source, target] = await Promise.all([
    createBucket(sourceAccount, "source"),
    createBucket(targetAccount, "target"),
  ]);
  await letRead(source, targetAccount);
  return {
    store: new S3ObjectStore(s3Of(targetAccount)),
    source,
    target,
    plant: async (...args: Parameters<typeof plant>) => void (await plant(...args)),
    openUploads: () => openUploads(target),
  };
};

// The emulator ignores the condition on a copy's target, and a copy's source in another account is no bucket to it.
objectStoreContract("S3, one account", bucketsOf(ACCOUNTS.target, ACCOUNTS.target), {
  conditionalCopies: false,
  copies: true,
});
objectStoreContract("S3, two accounts", bucketsOf(ACCOUNTS.source, ACCOUNTS.target), {
  conditionalCopies: false,
  copies: false,
});

ledgerContract("DynamoDB", async () => ledgerOf(ACCOUNTS.target, await createLedgerTable(ACCOUNTS.target)));
