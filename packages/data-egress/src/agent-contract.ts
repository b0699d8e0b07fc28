/**
 * What the egress service and the SFT agent agree on: the files on the volume that they share. Imports nothing.
 *
 * All paths are below the volume's root, and every file in `.slipway` is written as a temporary file in the same folder
 * whose name begins with `.`, flushed (fsync), and renamed. So whoever sees a name sees the whole file.
 *
 *     <folder>/<name>                  a file to send; <folder> is the `source` of a route
 *     .slipway/partial/<id>            the service's: a file that is being written; nobody else looks in there
 *     .slipway/orders/<id>.json        DeliveryOrder: the service's, there before the file is
 *     .slipway/receipts/<id>.json      DeliveryReceipt: the agent's
 *
 * Sending one file:
 *
 * 1. The service writes the bytes to `partial/<id>` and flushes them, writes the order, and then renames the file to
 *    `<folder>/<name>`. It never replaces a file: while one of that name is there, it waits.
 * 2. The agent takes what an order names (`folder`, `name`) once that file is there. A file without an order is none of
 *    the service's; an order without its file is not complete yet, and is left alone.
 * 3. The agent sends the file to every destination of its route. While it reads, it makes the SHA-256 of the bytes.
 * 4. The agent writes the receipt; then it removes the file from the folder (deletes it, or moves it to the route's error
 *    folder); then it deletes the order. After a crash it goes on where it was: an order with a receipt is not sent again.
 * 5. The service reads the receipt, keeps what it says, and deletes it, but only once the order is gone.
 *
 * 6. The service may withdraw an order: it deletes the order, then the file. An agent that finds either gone is not to send
 *    the file, or to stop sending it, and writes no receipt.
 *
 * A delivery's id is the same whenever the same file of the same job goes to the same folder, after a crash as well. The
 * agent passes it and the digest on ({@link DELIVERY_HEADERS}), so that a recipient can tell what it has had before.
 * Where an earlier try may have brought the file, the agent asks before it sends: with `Expect: 100-continue` (RFC 9110,
 * 10.1.1), and the file only after `100`. A recipient that has it answers 200 with the digest at once, as it does when it
 * has received a file, and gets no byte of it; the receipt is one like any other. Any other answer of success before the
 * file proves nothing: then the file is sent without asking, as it is to a recipient that says nothing or 417.
 * A file that failed is handed over again under the same id, when the job is tried again: the service deletes the failed
 * receipt first. The volume of a task on Fargate ends with the task: everything here can be gone at any time.
 */

/** Where the volume is in the containers. */
export const VOLUME_PATH = "/data-egress";

/** Folders and files below the volume's root that are not data. */
export const VOLUME_FOLDERS = {
  /** Everything that is not data; names that begin with `.` are never sent. */
  own: ".slipway",
  partial: ".slipway/partial",
  orders: ".slipway/orders",
  receipts: ".slipway/receipts",
} as const;

/** Ids of deliveries: 32 hexadecimal digits in lower case. */
export const DELIVERY_ID = /^[0-9a-f]{32}$/;

/** File below the volume's root. */
export const orderPath = (id: string): string => `${VOLUME_FOLDERS.orders}/${id}.json`;

/** File below the volume's root. */
export const receiptPath = (id: string): string => `${VOLUME_FOLDERS.receipts}/${id}.json`;

/** One file that the service wants sent. JSON. */
export interface DeliveryOrder {
  readonly version: 1;
  /** See {@link DELIVERY_ID}. */
  readonly id: string;
  readonly jobId: string;
  /** Thread from the flag to the recipient, for logs. */
  readonly correlationId: string;
  /** Folder below the volume's root, without `/` at either end, e.g. `warehouse` or `ris/inbound`. */
  readonly folder: string;
  /** Name of the file in it: one segment, at most 255 bytes, without control characters, not beginning with `.`. */
  readonly name: string;
  /** Hexadecimal SHA-256 of the file as it lies in the folder. */
  readonly sha256: string;
  readonly bytes: number;
  /** Who gets it, as the row says; for logs and metrics. */
  readonly recipient: string;
  /** Whether a file that could not be delivered may lie in the error folder. False for what was decrypted: it is deleted. */
  readonly keepOnFailure: boolean;
  /**
   * An earlier attempt may have brought the file to its recipients, though nobody knows it: the agent asks them first.
   * @default false
   */
  readonly mayBeThere?: boolean | undefined;
  /** ISO 8601. */
  readonly orderedAt: string;
}

/** What one destination of a route said. */
export interface DestinationAnswer {
  /** URL without user and query, or the folder of a `writeFile`. */
  readonly destination: string;
  /** Name that it was sent under, after the route's renames. */
  readonly sentAs: string;
  readonly status: "delivered" | "failed";
  /** Absent where no answer came, and for folders. */
  readonly httpStatus?: number;
  /** First {@link MAX_ANSWER_LENGTH} characters of the body, printable ones only. */
  readonly answer?: string;
  /** Hexadecimal SHA-256 that the recipient says it has; absent where it says nothing. One that differs is a failure. */
  readonly receivedSha256?: string;
  /** Times that it was tried, for this receipt. */
  readonly attempts: number;
  /** One line; present when it failed. */
  readonly reason?: string;
  /** ISO 8601; present when it was delivered. */
  readonly deliveredAt?: string;
}

/** What became of an order. JSON. */
export interface DeliveryReceipt {
  readonly version: 1;
  /** Id of the order. */
  readonly id: string;
  readonly jobId: string;
  readonly folder: string;
  readonly name: string;
  /** Name of the route; absent when no route takes the file, which is a failure. */
  readonly route?: string;
  /** Of the bytes that were really sent, not copied from the order. When nothing was sent, the order's. */
  readonly sha256: string;
  readonly bytes: number;
  /** `delivered` only if every destination has it and nobody's digest differs from the order's. */
  readonly status: "delivered" | "failed";
  /** One line; present when it failed. */
  readonly reason?: string;
  readonly destinations: readonly DestinationAnswer[];
  /** ISO 8601. */
  readonly finishedAt: string;
}

/** Characters of a recipient's answer that a receipt keeps. */
export const MAX_ANSWER_LENGTH = 1000;

/** Headers of the agent's requests, in lower case. */
export const DELIVERY_HEADERS = {
  /** The delivery's id. */
  id: "x-slipway-delivery",
  /** Hexadecimal SHA-256 of the body. */
  sha256: "x-slipway-sha256",
  /** The file's name, percent-encoded (encodeURIComponent). */
  name: "x-slipway-file",
  /** In answers: the SHA-256 of what was received. */
  received: "x-slipway-received-sha256",
} as const;

/** Environment variables of the agent's container. Those of {@link AGENT_SECRETS} come from secrets by reference. */
export const AGENT_ENVIRONMENT = {
  /** Name of this data egress, for metrics and logs. */
  name: "SLIPWAY_DATA_EGRESS",
  /**
   * A folder that stands for `/` where volumes are concerned: {@link VOLUME_PATH} is below it, and so is every path of the
   * configuration that begins with {@link VOLUME_PATH}. Set by Slipway's local task runner, whose processes share the
   * machine's files. @default `/`
   */
  volumes: "SLIPWAY_TASK_VOLUMES",
  /** The agent's configuration (routes, retries), as text: YAML or JSON. */
  configuration: "SFT_AGENT_CONFIG",
  /** Path of a file that holds it, where the text is not given. */
  configurationFile: "SFT_AGENT_CONFIG_FILE",
  /** Port of `/metrics` and `/health`. @default 9996 */
  monitorPort: "SFT_AGENT_MONITOR_PORT",
  /** Address that they are served on. @default `HOST`, which Slipway's local task runner sets, else all */
  monitorHost: "SFT_AGENT_MONITOR_HOST",
} as const;

/**
 * Variables that ECS fills from Secrets Manager or SSM; none is needed by a configuration that does not speak TLS. Each may
 * be given as `<NAME>_FILE` too, the path of a file that holds the value: files are read again when they change, so that
 * a new certificate needs no restart.
 */
export const AGENT_SECRETS = {
  /** PEM: the client's certificate with its chain. */
  certificate: "SFT_AGENT_CERTIFICATE",
  /** PEM. */
  privateKey: "SFT_AGENT_PRIVATE_KEY",
  /** PEM: the authorities that may sign recipients' certificates. */
  trust: "SFT_AGENT_TRUST",
  /** Base64 of a PKCS#12 file with key and certificate, in place of the first two. */
  keystore: "SFT_AGENT_KEYSTORE",
  /** Base64 of a PKCS#12 file with authorities, in place of `trust`. */
  truststore: "SFT_AGENT_TRUSTSTORE",
  /** Of the keystore and of the private key, PEM or not. */
  keystorePassword: "SFT_AGENT_KEYSTORE_PASSWORD",
  /** @default the keystore's */
  truststorePassword: "SFT_AGENT_TRUSTSTORE_PASSWORD",
  /** Sent to recipients as their configuration says. */
  apiKey: "SFT_AGENT_API_KEY",
} as const;

/** Metrics of the agent: namespace and dimension as in the contract's METRICS, printed in CloudWatch's embedded format. */
export const AGENT_METRICS = {
  /** Files delivered to all destinations. Unit: count. */
  delivered: "AgentDeliveredFiles",
  /** Files given up, moved to an error folder. Unit: count. Alarm on it. */
  failed: "AgentFailedFiles",
  /** Tries that will be repeated. Unit: count. */
  retried: "AgentRetries",
  /** Days until the first certificate in use ends, at start and every hour. Unit: count. Alarm when it is low or missing. */
  certificateDays: "AgentCertificateDays",
} as const;
