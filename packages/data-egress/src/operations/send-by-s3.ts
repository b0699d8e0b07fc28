import { targetOf, type Delivery } from "../core/deliveries";
import type { Receipt } from "../core/job";
import type { Description, TargetPlace, Written } from "../core/ports";
import type { SourceFile } from "../core/plan";
import type { SendDependencies } from "./dependencies";
import type { SendContext } from "./send";
import { goesAsItIs, prepare } from "./transform";

/** Puts one file into a bucket, unless an earlier attempt has. */
export async function sendByS3(
  deps: SendDependencies,
  delivery: Delivery,
  { retried }: Pick<SendContext, "retried">,
): Promise<Receipt> {
  const { row, folder, name } = delivery;
  const place = { bucket: row.destinationBucket, key: `${folder}${name}`, roleArn: row.roleArn };
  const found = retried ? await deps.targets.find(place, delivery.id) : undefined;
  return receiptOf(deps, delivery, found ?? (await put(deps, delivery, place)));
}

async function put(deps: SendDependencies, delivery: Delivery, place: TargetPlace): Promise<Written> {
  const { file, content, metadata, id } = delivery;
  if (file !== undefined) return putFile(deps, delivery, file, place);
  const described = metadata === undefined ? MADE[delivery.kind] : { metadata, contentType: ENCRYPTED_TYPE };
  return deps.targets.write(place, once(content ?? new Uint8Array()), described, id);
}

const ENCRYPTED_TYPE = "application/octet-stream";
const MADE: Readonly<Record<Receipt["kind"], Description>> = {
  file: { metadata: {} },
  control: { metadata: {}, contentType: "text/plain" },
  manifest: { metadata: {}, contentType: "application/gzip" },
};

async function putFile(
  { sources, targets, keys }: SendDependencies,
  { row, id }: Delivery,
  file: SourceFile,
  place: TargetPlace,
): Promise<Written> {
  const description = await sources.describe(row.sourceBucket, file);
  if (goesAsItIs(row, description)) {
    const copied = await targets.copy({ bucket: row.sourceBucket, file }, place, description, id);
    if (copied !== undefined) return copied;
  }
  const prepared = await prepare(keys, file.key, row, await sources.open(row.sourceBucket, file));
  return targets.write(place, prepared.body, prepared.description, id);
}

/** A stream of one chunk. */
async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

const receiptOf = ({ clock }: SendDependencies, delivery: Delivery, written: Written): Receipt => ({
  id: delivery.id,
  kind: delivery.kind,
  source: delivery.file?.key ?? delivery.name,
  versionId: delivery.file?.versionId,
  pipeline: delivery.row.pipeline,
  recipient: delivery.row.recipient,
  target: targetOf(delivery),
  sha256: written.sha256,
  bytes: written.bytes,
  answer: written.answer,
  deliveredAt: clock.now().toISOString(),
});
