/**
 * Names that the stub receiver and whoever starts it agree on. Its key, certificate and authorities come as the agent's
 * do, see AGENT_SECRETS. Imports nothing.
 */

/** Port and path of the original's stub. */
export const RECEIVER_PORT = 8091;
export const RECEIVER_PATH = "/DA";

/** Environment variables of the receiver. It needs a bucket or a folder. */
export const RECEIVER_ENVIRONMENT = {
  /** Bucket that keeps what is received. */
  bucket: "SLIPWAY_RECEIVER_BUCKET",
  /** Account that owns it: 12 digits. */
  bucketOwner: "SLIPWAY_RECEIVER_BUCKET_OWNER",
  /** Before every key; ends in `/`. @default "" */
  prefix: "SLIPWAY_RECEIVER_PREFIX",
  /** Folder that keeps what is received, in place of a bucket. */
  folder: "SLIPWAY_RECEIVER_FOLDER",
  /** Paths that take files, and what is below them, with commas between. @default `/DA` */
  paths: "SLIPWAY_RECEIVER_PATHS",
  /** Names of clients that may send, with commas between. @default all whose certificate is trusted */
  clients: "SLIPWAY_RECEIVER_CLIENTS",
  /** @default 8091 */
  port: "SLIPWAY_RECEIVER_PORT",
  /** Address to listen on. @default `HOST`, which Slipway's local task runner sets, else all */
  host: "SLIPWAY_RECEIVER_HOST",
} as const;
