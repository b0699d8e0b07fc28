import type { PromoteArtefactInput, PromoteArtefactResult } from "../artefact-client";
import { InvalidInputError } from "@slipway/core";
import { ArtefactNotFoundError, ObjectKeepsChangingError } from "../core/errors";
import type { Hold } from "../core/ledger";
import type { StoredObject } from "../core/objects";
import { inScope } from "../core/scope";
import { copyState } from "./copy-state";
import { hopName, type PromotionDependencies } from "./dependencies";
import { conditionOn, describeFound, promoteObject, proven, type PromotionOrder } from "./promote-object";
import { settleSameness, stateOf } from "./prove-copy";
import { publishPromotions } from "./publish-promotions";

const ATTEMPTS = 5;

/**
 * Creates `promoteArtefact`. The current version is promoted like by an event. An earlier one is put over whatever is
 * there, on purpose, and the target is held at it against the version that is current now: neither a late event nor
 * the reconciler brings that one back, while anything newer is promoted as ever.
 */
export const createPromoteArtefact =
  (deps: PromotionDependencies) =>
  async (input: PromoteArtefactInput): Promise<PromoteArtefactResult> => {
    const { key, versionId } = input;
    if (!inScope(deps.hop.filter, key)) throw new InvalidInputError("key", `${key} is not among those promoted here`);
    const { hop, objects } = deps;
    const [current, wanted] = await Promise.all([
      objects.head(hop.source, key),
      versionId === undefined ? undefined : objects.head(hop.source, key, versionId),
    ]);
    if (versionId !== undefined && wanted === undefined) throw await absent(deps, key, versionId);
    if (current === undefined && wanted === undefined) throw await absent(deps, key);
    if (input.dryRun === true) return { key, outcome: "planned", promotions: [] };

    const order: PromotionOrder = {
      key,
      trigger: "command",
      requestedBy: await deps.identity.whoami(),
      correlationId: deps.ids.next(),
    };
    const isCurrent = wanted === undefined || (current !== undefined && stateOf(current) === stateOf(wanted));
    const result = isCurrent
      ? await promoteCurrent(deps, order)
      : await promoteEarlier(deps, order, wanted, holdAt(deps, order, wanted, current, input.reason));
    await deps.ledger.record(result.promotions);
    await publishPromotions(deps.events, hopName(hop), order.correlationId, result.promotions);
    return result;
  };

async function absent(
  { objects, hop }: PromotionDependencies,
  key: string,
  versionId?: string,
): Promise<ArtefactNotFoundError> {
  await objects.assertBucket(hop.source);
  return new ArtefactNotFoundError(hop.source.name, key, versionId);
}

async function promoteCurrent(deps: PromotionDependencies, order: PromotionOrder): Promise<PromoteArtefactResult> {
  await deps.ledger.removeHold(order.key);
  const result = await promoteObject(deps, { ...order, redelivered: true, force: true });
  if (result.kind === "gone" || result.kind === "held") {
    throw new ArtefactNotFoundError(deps.hop.source.name, order.key);
  }
  return { key: order.key, outcome: result.kind, promotions: result.promotions };
}

function holdAt(
  { clock }: PromotionDependencies,
  { key, requestedBy }: PromotionOrder,
  wanted: StoredObject,
  current: StoredObject | undefined,
  reason = "",
): Hold | undefined {
  if (current === undefined) return undefined;
  const heldAt = clock.now().toISOString();
  return { key, versionId: stateOf(wanted), against: stateOf(current), reason, heldBy: requestedBy, heldAt };
}

async function promoteEarlier(
  deps: PromotionDependencies,
  order: PromotionOrder,
  source: StoredObject,
  hold: Hold | undefined,
): Promise<PromoteArtefactResult> {
  const { hop, objects, ledger } = deps;
  // Before the copy: an event that comes in between must see it.
  if (hold !== undefined) await ledger.putHold(hold);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const target = await objects.head(hop.target, order.key);
    const sameness = target && (await settleSameness(deps, source, target));
    if (target !== undefined && sameness?.kind === "same") {
      // After a write whose answer was lost it may be ours.
      const promotions = attempt === 1 ? [] : [describeFound(deps, order, source, target, sameness)];
      return { key: order.key, outcome: "unchanged", promotions, hold };
    }
    const outcome = await copyState(deps, { source, pinned: true, condition: conditionOn(target) });
    if (outcome.kind !== "copied") continue;
    const promotion = await proven(deps, order, source, outcome);
    return { key: order.key, outcome: "promoted", promotions: [promotion], hold };
  }
  throw new ObjectKeepsChangingError(order.key, ATTEMPTS);
}
