import type { Flag } from "../core/flags";
import { planOf, requestOf, type Planned } from "../core/plan";
import type { PlanDependencies } from "./dependencies";

/** What a flag would send now: the rows that it is for, and the files as they were when it was put. Sends nothing. */
export async function planFlag({ rows, sources }: PlanDependencies, flag: Flag): Promise<Planned> {
  const request = requestOf(flag, await rows.all());
  if (request.kind === "refused") return request;
  return planOf(request, await sources.list(flag.bucket, request.folder, flag.at));
}
