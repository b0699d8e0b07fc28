import { InvalidInputError } from "@slipway/core";
import type { CodePushArgs } from "./code-push";
import { PROVIDERS } from "./contract";
import { gitLimits } from "./core/limits";
import { DEFAULT_TIMEOUT_SECONDS, limitOf } from "./push-functions";
import { checkRepositories, requireSecretArn } from "./pushed-repositories";

const MEBIBYTE = 1024 * 1024;
const beyond = Number.POSITIVE_INFINITY;
const most = gitLimits({ fetchMegabytes: beyond, archiveMegabytes: beyond, files: beyond, gitSeconds: beyond });

/** Where the functions would cap the caps. */
const LARGEST_LIMITS = {
  fetchMegabytes: most.fetchedBytes / MEBIBYTE,
  archiveMegabytes: most.archiveBytes / MEBIBYTE,
  files: most.files,
  gitSeconds: most.milliseconds / 1000,
} as const;

/** A function's 10 GiB without what is spared, see `push-functions.ts`. */
const LARGEST_DISK_MEGABYTES = 9984;

/** Refuses arguments that cannot work, before anything is made. @throws InvalidInputError naming the argument. */
export function checkArgs(args: CodePushArgs, codePushName: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(codePushName)) {
    throw new InvalidInputError("codePushName", `${codePushName} is no name`, "use letters, digits, - and _");
  }
  checkWebhookSecrets(args.webhookSecretArns);
  checkRepositories(args.repositories, args.keyTemplate);
  const unserved = args.repositories.find(({ provider }) => args.webhookSecretArns[provider] === undefined);
  if (unserved !== undefined) {
    throw new InvalidInputError(
      "webhookSecretArns",
      `has none for ${unserved.provider}, which sends the webhooks of ${unserved.id}`,
    );
  }
  checkGit(args);
  checkNumbers(args);
}

function checkWebhookSecrets(arns: CodePushArgs["webhookSecretArns"]): void {
  for (const [provider, arn] of Object.entries(arns)) {
    if (!PROVIDERS.some((known) => known === provider)) {
      throw new InvalidInputError("webhookSecretArns", `${provider} is not one of ${PROVIDERS.join(", ")}`);
    }
    if (typeof arn === "string") requireSecretArn(`webhookSecretArns.${provider}`, arn);
  }
}

function checkGit({ gitLayerArns, gitImageUri, machineGit }: CodePushArgs): void {
  const ways = { gitLayerArns, gitImageUri, machineGit: machineGit === true ? true : undefined };
  const given = Object.entries(ways).flatMap(([way, value]) => (value === undefined ? [] : [way]));
  if (given.length === 1) return;
  const problem = given.length === 0 ? "is not given, and AWS Lambda has no git" : `is given, and so is ${given[1]}`;
  throw new InvalidInputError(given[0] ?? "gitLayerArns", problem, "give one of gitLayerArns, gitImageUri, machineGit");
}

function checkNumbers(args: CodePushArgs): void {
  for (const limit of Object.keys(LARGEST_LIMITS) as (keyof typeof LARGEST_LIMITS)[]) {
    const value = limitOf(args, limit);
    if (!Number.isInteger(value) || value < 1)
      throw new InvalidInputError(limit, `${value} is no whole number above 0`);
    const largest = LARGEST_LIMITS[limit];
    if (value > largest) throw new InvalidInputError(limit, `${value} is more than ${largest}`);
  }
  const timeout = args.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  if (!Number.isInteger(timeout) || timeout < 30 || timeout > 900) {
    throw new InvalidInputError("timeoutSeconds", `${timeout} is not between 30 and 900`);
  }
  const seconds = limitOf(args, "gitSeconds");
  if (seconds >= timeout) throw new InvalidInputError("gitSeconds", `${seconds} leaves no time of timeoutSeconds`);
  const disk = limitOf(args, "fetchMegabytes") + limitOf(args, "archiveMegabytes");
  if (disk > LARGEST_DISK_MEGABYTES) {
    throw new InvalidInputError(
      "fetchMegabytes",
      `and archiveMegabytes are ${disk}, more than a function's disk holds`,
    );
  }
}
