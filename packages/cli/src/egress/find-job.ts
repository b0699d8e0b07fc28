import type { CommandContext } from "../context";
import { FlagWithoutJobError } from "./errors";
import { addressOf, parseFlag } from "./flags";
import type { OpenEgress } from "./open-egress";

/** Ids of jobs are of this form; anything with a `/` is the address of a flag. */
const isAddress = (given: string): boolean => given.includes("/");

/**
 * The id of a job that was named by it or by its flag. Of several jobs of one flag it is the last one that succeeded, or else
 * the last one.
 *
 * @throws FlagWithoutJobError, InvalidInputError
 */
export async function findJobId(
  given: string,
  { client, sourceBucket }: OpenEgress,
  context: CommandContext,
): Promise<string> {
  if (!isAddress(given)) return given;
  const { FLAG_NAME } = await context.libraries.egress();
  const address = parseFlag(given, FLAG_NAME, sourceBucket);
  const jobs = (await client.list({ limit: Number.POSITIVE_INFINITY })).filter(
    ({ flag }) => flag.bucket === address.bucket && flag.key === address.key,
  );
  const job = jobs.find(({ status }) => status === "Succeeded") ?? jobs[0];
  if (job === undefined) throw new FlagWithoutJobError(addressOf(address));
  return job.jobId;
}
