import { connectPromotion, createArtefactClient, type PromotionConnection } from "@slipway/artefact-promotion/library";

/** What the process is to do; its environment says where AWS is and who it is there. */
export interface CopyOrder {
  readonly connection: PromotionConnection;
  /** Copied first, so that what is loaded and kept once is there already. */
  readonly warmUp: string;
  readonly key: string;
  /** Bytes above which the server copies in parts. @default as the library has it */
  readonly wholeCopy?: number | undefined;
}

/** What the process has to tell, as JSON on its standard output. */
export interface CopyReport {
  /** Memory after the warm-up and the most while the object was copied: resident bytes. */
  readonly before: number;
  readonly most: number;
  readonly milliseconds: number;
  /** How the object was copied, as the ledger has it. */
  readonly route: string | undefined;
}

const SAMPLE_MS = 10;

/** Copies one object in a process of its own, whose memory nothing else is in, and tells how the memory grew. */
async function main({ connection, warmUp, key, wholeCopy }: CopyOrder): Promise<CopyReport> {
  const deps = connectPromotion(connection);
  const limits = { ...deps.limits, ...(wholeCopy !== undefined && { wholeCopy }) };
  const artefacts = createArtefactClient({ ...deps, limits });
  await artefacts.backfill({ prefix: warmUp });
  const before = process.memoryUsage.rss();
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), SAMPLE_MS);
  const began = performance.now();
  await artefacts.backfill({ prefix: key });
  const milliseconds = performance.now() - began;
  clearInterval(sampling);
  most = Math.max(most, process.memoryUsage.rss());
  const [promotion] = await artefacts.history({ key });
  return { before, most, milliseconds, route: promotion?.route };
}

main(JSON.parse(process.argv[2] ?? "") as CopyOrder).then(
  (report) => process.stdout.write(JSON.stringify(report)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
