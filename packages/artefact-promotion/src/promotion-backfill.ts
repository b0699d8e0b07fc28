import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "@slipway/lambda";
import type { ArtefactPromotionArgs } from "./artefact-promotion";
import type { BackfillRequest } from "./contract";

/**
 * Invokes the backfill while the environment is made, once. It compares and asks the queue, so the deployment does not
 * wait for the copies. A run that had no time for the whole bucket leaves the rest to the reconciler.
 *
 * @returns what the function answered, or why it was not asked.
 */
export function createBackfill(
  name: string,
  args: ArtefactPromotionArgs,
  { backfill, after }: { readonly backfill: LambdaFunction; readonly after: pulumi.Resource[] },
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (args.backfill === false) return pulumi.output(args.noBackfillBecause ?? "");
  const request: BackfillRequest = { requested_by: { id: "pulumi", name: "pulumi up" } };
  const invocation = new aws.lambda.Invocation(
    `${name}-first-backfill`,
    { functionName: backfill.functionName, input: JSON.stringify(request) },
    { parent, dependsOn: [backfill, ...after] },
  );
  return invocation.result;
}
