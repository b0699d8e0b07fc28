import type { CommandContext } from "../context";
import { FlagWithoutJobError } from "./errors";
import { addressOf, parseFlag } from "./flags";
import type { OpenEgress } from "./open-egress";

/** Ids of jobs are of this form; anything with a `/` is the address of a flag. */
const isAddress = (given: string): boolean => given.includes("/");

/** Ids of jobs that were named by one of them or by their flag. */
export interface FoundJobs {
  readonly newest: string;
  /** The last one that succeeded, where the flag was named and there is one; may be the newest. */
  readonly sent?: string | undefined;
}

/** @throws FlagWithoutJobError, InvalidInputError */
export async function findJobs(
  given: string,
  { client, sourceBucket }: OpenEgress,
  context: CommandContext,
): Promise<FoundJobs> {
  if (!isAddress(given)) return { newest: given };
  const { FLAG_NAME } = await context.libraries.egress();
  const address = parseFlag(given, FLAG_NAME, sourceBucket);
  const jobs = (await client.list({ limit: Number.POSITIVE_INFINITY })).filter(
    ({ flag }) => flag.bucket === address.bucket && flag.key === address.key,
  );
  const [newest] = jobs;
  if (newest === undefined) throw new FlagWithoutJobError(addressOf(address));
  return { newest: newest.jobId, sent: jobs.find(({ status }) => status === "Succeeded")?.jobId };
}
