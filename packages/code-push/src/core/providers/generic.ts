import { at, listAt, textAt } from "../payload";
import { isNoSha } from "../refs";
import { hmacScheme, standardWebhooksScheme } from "../signatures";
import { ignored, unreadable, type Conversion, type ProviderDefinition, type RefChange } from "./provider";

/**
 * Anything that can sign: `{ "repository": "host/owner/repo", "changes": [{ "ref", "sha" }] }`, or one change at the top.
 * Signed as `X-Signature: sha256=<hex>`, or by Standard Webhooks, which refuses what is replayed late.
 */
export const generic: ProviderDefinition = {
  schemes: [standardWebhooksScheme, hmacScheme("x-signature")],
  deliveryHeader: "x-delivery-id",
  convert: ({ payload }) => {
    const event = textAt(payload, "event") ?? "push";
    return event === "push" ? convertPush(payload) : ignored(`event ${event}`);
  },
};

function convertPush(payload: unknown): Conversion {
  const [host, ...path] = (textAt(payload, "repository") ?? "").split("/");
  const all = listAt(payload, "changes") ?? [payload];
  if (path.length === 0 || host === undefined) return unreadable("a push without repository, as host/owner/repo");
  if (all.some((each) => textAt(each, "ref") === undefined)) return unreadable("a change without a ref");
  const [removed, changes] = [all.filter(isRemoval), all.filter((each) => !isRemoval(each))];
  return {
    kind: "push",
    host,
    path: path.join("/"),
    changes: changes.map((each): RefChange => ({ ref: refAt(each), sha: textAt(each, "sha") ?? "" })),
    removed: removed.map(refAt),
  };
}

const refAt = (change: unknown): string => textAt(change, "ref") ?? "";

const isRemoval = (change: unknown): boolean => at(change, "deleted") === true || isNoSha(textAt(change, "sha"));
