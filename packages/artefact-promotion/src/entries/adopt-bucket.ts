import { createClients } from "../adapters/aws-clients";
import { S3AdoptedBucket } from "../adapters/s3-adopted-bucket";
import { createAdoptBucket } from "../handlers/adopt-bucket";

const { s3 } = createClients();

/** Lambda: adds a source's notification and readers to a bucket that is there already. */
export const handler = createAdoptBucket({ open: (name, owner) => new S3AdoptedBucket(s3, name, owner) });
