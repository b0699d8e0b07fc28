import { ArtefactPromotion, ArtefactSource, type ArtefactTarget } from "@slipway/artefact-promotion";
import { ARTEFACT_BUCKETS, ENVIRONMENTS, PROJECT_ID, type EnvironmentConfig } from "./config";
import type { EnvironmentSettings } from "./environment";
import { accountOf, deployerRoleArn } from "./settings";

/** Receives of a message before it is a dead letter: about half a minute of attempts, growing apart. */
const MAX_RECEIVES = 3;
/** A new artefact is on its way, and no drift, for this many minutes. */
const GRACE_MINUTES = 1;

/** An environment's part in the chain of artefacts: where they are made, or where they are promoted to. */
export function createArtefacts(
  environment: string,
  from: string | undefined,
  { accounts, protect }: Pick<EnvironmentSettings, "accounts" | "protect">,
) {
  const common = { environment, bucketPattern: ARTEFACT_BUCKETS, targets: targetsOf(environment, accounts), protect };
  if (from === undefined) {
    return { artefactBucket: new ArtefactSource(`${PROJECT_ID}-artefacts`, common).bucketName };
  }
  const promotion = new ArtefactPromotion(`${PROJECT_ID}-artefacts`, {
    ...common,
    sourceEnvironment: from,
    sourceAccount: accountOf(accounts, from),
    maxReceives: MAX_RECEIVES,
    graceMinutes: GRACE_MINUTES,
  });
  return {
    artefactBucket: promotion.bucketName,
    artefacts: promotion.connection,
    artefactBackfill: promotion.backfill,
    artefactReconciler: promotion.reconcileFunctionName,
  };
}

/** The environments that promote from this one. Whoever deploys them may look into both of their buckets. */
const targetsOf = (environment: string, accounts: EnvironmentSettings["accounts"]): ArtefactTarget[] =>
  Object.entries<EnvironmentConfig>(ENVIRONMENTS)
    .filter(([, { artefactsFrom }]) => artefactsFrom === environment)
    .map(([target]) => {
      const account = accountOf(accounts, target);
      return { environment: target, account, operatorRoleArns: [deployerRoleArn(account)] };
    });
