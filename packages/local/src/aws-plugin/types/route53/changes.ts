import type { ChangeInfo } from "@aws-sdk/client-route-53";
import type { Context } from "../../context";
import { poll } from "../poll";

/** Name under which Route 53 says that a zone does not exist. */
export const ABSENT = "NoSuchHostedZone";

/** An id without the path that Route 53 puts in front. */
export const plainId = (id: string | undefined): string => (id ?? "").replace(/^\/(hostedzone|change)\//, "");

/** A name without the dot at its end; Route 53 escapes the asterisk. */
export const plainName = (name: string | undefined): string =>
  (name ?? "")
    .replace(/\.$/, "")
    .replace(/^\\052/, "*")
    .toLowerCase();

/** Waits as the official provider does: until all name servers know of a change. */
export async function untilInSync(context: Context, change: ChangeInfo | undefined): Promise<void> {
  if (change?.Id === undefined || change.Status === "INSYNC") return;
  const Id = plainId(change.Id);
  const route53 = await context.clients.route53();
  const ask = async (): Promise<true | undefined> =>
    (await route53.getChange({ Id })).ChangeInfo?.Status === "INSYNC" ? true : undefined;
  await poll(context, { subject: `change ${Id}`, intervalMilliseconds: 200, timeoutSeconds: 30 * 60 }, ask);
}
