import { failed, ok, warning, type Finding } from "./finding";
import type { Check } from "./machine-checks";
import type { Surroundings } from "./surroundings";

const credentialsHelp =
  'set AWS_PROFILE or the AWS_* variables, or use the local AWS: slipway local up, then eval "$(slipway local env)"';

async function region({ env }: Surroundings): Promise<Finding> {
  const found = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];
  return found ? ok(found) : warning("AWS_REGION is not set", "set it; stacks have their own, slipway release has not");
}

async function endpoint({ env, httpStatus }: Surroundings): Promise<Finding> {
  const url = env["AWS_ENDPOINT_URL"];
  if (!url) return ok("AWS itself (AWS_ENDPOINT_URL is not set)");
  try {
    const status = await httpStatus(`${url.replace(/\/$/, "")}/_ministack/health`);
    return ok(`local emulator at ${url} (answers ${status})`);
  } catch (error) {
    return failed(`nothing answers at ${url}: ${reason(error)}`, "run slipway local up, or unset AWS_ENDPOINT_URL");
  }
}

async function credentials({ caller }: Surroundings): Promise<Finding> {
  try {
    const { account, arn } = await caller();
    return ok(`account ${account} as ${arn}`);
  } catch (error) {
    return failed(`not accepted: ${reason(error)}`, credentialsHelp);
  }
}

// fetch and the SDK put the reason into the cause, and an address that fails twice into its members.
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return error.message === "" || error.message === "fetch failed" ? code : error.message;
}

/** Which AWS is meant, and whether it answers. */
export const targetChecks: readonly Check[] = [
  { title: "region", check: region },
  { title: "target", check: endpoint },
  { title: "credentials", check: credentials },
];
