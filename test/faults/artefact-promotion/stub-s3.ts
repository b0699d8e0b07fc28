import { S3Client } from "@aws-sdk/client-s3";
import { startProxy, type Fault, type Proxy, type ProxiedRequest } from "@slipway/testing";
import { S3ObjectStore } from "../../../packages/artefact-promotion/src/adapters/s3-object-store";

/** The real adapter in front of an S3 that only says what a test makes it say. */
export interface StubbedStore {
  readonly store: S3ObjectStore;
  readonly client: S3Client;
  /** Requests so far. */
  readonly seen: Proxy["seen"];
  close(): Promise<void>;
}

/** Nothing listens there: the proxy answers everything itself. */
const NOWHERE = "http://127.0.0.1:1";

/** Starts a proxy that answers in place of S3, and the adapter in front of it, without the SDK's retries. */
export async function startStubbedStore(answer: (request: ProxiedRequest) => Fault): Promise<StubbedStore> {
  const { url, seen, close } = await startProxy({ target: NOWHERE, faults: answer });
  const client = new S3Client({
    endpoint: url,
    region: "eu-west-2",
    credentials: { accessKeyId: "111111111111", secretAccessKey: "none" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return { store: new S3ObjectStore(client), client, seen, close };
}
