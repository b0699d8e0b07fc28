import type { Promotion } from "@slipway/artefact-promotion/library";
import type { Receipt } from "@slipway/code-push/library";
import { openArtefacts } from "../artefacts/open-artefacts";
import type { CommandContext } from "../context";
import type { Part } from "./trace";
import { unlessAbsent } from "./unknown-part";

const DAY = 86_400_000;
/** Days to look back for a commit of which no push is known. */
const DAYS = 30;
/** Promotions of one hop that are looked through. */
const MOST = 10_000;

/** Every promotion to the environment of a stack since the commit was pushed; nothing for one without promotion. */
export async function findPromotions(
  stack: string,
  pushes: readonly Receipt[],
  context: CommandContext,
): Promise<(Part<Promotion> & { readonly hop: string }) | undefined> {
  const found = await unlessAbsent(read(stack, daysSince(pushes, context.clock.now()), context));
  return "absent" in found ? undefined : found;
}

async function read(stack: string, days: number, context: CommandContext) {
  const { client, hop } = await openArtefacts(stack, context);
  const found = await client.history({ days, limit: MOST });
  return {
    hop: `${hop.sourceEnvironment} -> ${hop.targetEnvironment}`,
    found,
    notice: found.length < MOST ? undefined : `only the latest ${MOST} promotions were looked through`,
  };
}

function daysSince(pushes: readonly Receipt[], now: Date): number {
  const times = pushes.map(({ pushed_at: at }) => new Date(at).getTime());
  if (times.length === 0) return DAYS;
  // One more: days are counted from midnight.
  return Math.ceil((now.getTime() - Math.min(...times)) / DAY) + 1;
}
