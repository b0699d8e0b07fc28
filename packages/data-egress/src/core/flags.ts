/** A flag that was put. */
export interface Flag {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  /** Absent where the bucket is not versioned. */
  readonly versionId?: string | undefined;
  /** Without quotes. */
  readonly etag?: string | undefined;
  readonly sequencer?: string | undefined;
  /** When it was put, ISO 8601. */
  readonly at: string;
  /** Of a job that is done again. */
  readonly replayId?: string | undefined;
}
