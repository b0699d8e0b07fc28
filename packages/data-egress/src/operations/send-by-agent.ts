import type { DeliveryReceipt } from "../agent-contract";
import { targetOf, type Delivery } from "../core/deliveries";
import { DeliveryError, StoppedError } from "../core/errors";
import type { Receipt } from "../core/job";
import { ByteBudget } from "./byte-budget";
import type { SendDependencies } from "./dependencies";
import type { SendContext } from "./send";
import { prepare } from "./transform";

type SendOne = (deps: SendDependencies, delivery: Delivery, context: SendContext) => Promise<Receipt>;

/** Creates what hands one file to the agent and waits for its receipt. All that are created together share the volume. */
export function sendByAgent({ limits }: SendDependencies): SendOne {
  const budget = new ByteBudget(limits.volumeBytes);
  return async (deps, delivery, context) => {
    const bytes = delivery.file?.size ?? delivery.content?.length ?? 0;
    await budget.take(bytes);
    try {
      return await deliver(deps, delivery, context);
    } finally {
      budget.giveBack(bytes);
    }
  };
}

async function deliver(deps: SendDependencies, delivery: Delivery, { signal, retried }: SendContext): Promise<Receipt> {
  const { folders, stopwatch, limits } = deps;
  const until = stopwatch.elapsed() + limits.delivery;
  const earlier = await folders.receipt(delivery.id);
  if (earlier?.status === "failed") await folders.forget(delivery.id);
  while (!signal.aborted && stopwatch.elapsed() < until) {
    const receipt = await folders.receipt(delivery.id);
    // A failed receipt that could not be forgotten yet is the earlier attempt's.
    if (receipt !== undefined && !isSame(receipt, earlier)) return settled(delivery, receipt);
    if (receipt !== undefined) await folders.forget(delivery.id);
    else if (!(await folders.isOrdered(delivery.id))) await hand(deps, delivery, retried);
    await folders.news(signal);
  }
  if (signal.aborted) throw new StoppedError();
  throw new DeliveryError(targetOf(delivery), `no receipt after ${Math.round(limits.delivery / 60_000)} minutes`);
}

const isSame = (receipt: DeliveryReceipt, earlier: DeliveryReceipt | undefined): boolean =>
  earlier?.status === "failed" && receipt.finishedAt === earlier.finishedAt;

/** Where another file of that name waits, nothing happens: it is tried again when there is news. */
async function hand(
  { sources, keys, folders, clock }: SendDependencies,
  delivery: Delivery,
  mayBeThere: boolean,
): Promise<void> {
  const { id, jobId, correlationId, folder, name, row, file, content } = delivery;
  const draft = {
    id,
    jobId,
    correlationId,
    folder: folder.replace(/\/$/, ""),
    name,
    recipient: row.recipient,
    keepOnFailure: !row.decrypt,
    ...(mayBeThere && { mayBeThere }),
    orderedAt: clock.now().toISOString(),
  };
  await folders.order(draft, bodyOf());

  // Read only when the file is really written.
  async function* bodyOf(): AsyncGenerator<Uint8Array> {
    if (file === undefined) yield content ?? new Uint8Array();
    else yield* (await prepare(keys, file.key, row, await sources.open(row.sourceBucket, file))).body;
  }
}

function settled(delivery: Delivery, receipt: DeliveryReceipt): Receipt {
  const target = targetOf(delivery);
  if (receipt.status === "failed") throw new DeliveryError(target, receipt.reason ?? "the agent does not say why");
  return {
    id: delivery.id,
    kind: delivery.kind,
    source: delivery.file?.key ?? delivery.name,
    versionId: delivery.file?.versionId,
    pipeline: delivery.row.pipeline,
    recipient: delivery.row.recipient,
    target,
    sha256: receipt.sha256,
    bytes: receipt.bytes,
    answer: answerOf(receipt),
    deliveredAt: receipt.finishedAt,
  };
}

const answerOf = ({ destinations }: DeliveryReceipt): string =>
  destinations
    .map(({ destination, httpStatus, receivedSha256 }) =>
      [destination, httpStatus, receivedSha256 === undefined ? undefined : "digest confirmed"]
        .filter(Boolean)
        .join(" "),
    )
    .join("; ");
