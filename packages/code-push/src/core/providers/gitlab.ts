import { hostOf, textAt } from "../payload";
import { isNoSha } from "../refs";
import { standardWebhooksScheme, tokenScheme } from "../signatures";
import { ignored, unreadable, type Conversion, type ProviderDefinition } from "./provider";

const PUSHES: ReadonlySet<string | undefined> = new Set(["push", "tag_push"]);

/** GitLab, hosted and self-managed, with signed webhooks or with the older secret token. */
export const gitlab: ProviderDefinition = {
  schemes: [standardWebhooksScheme, tokenScheme("x-gitlab-token")],
  deliveryHeader: "x-gitlab-event-uuid",
  convert: ({ headers, payload }) => {
    const kind = textAt(payload, "object_kind") ?? textAt(payload, "event_name");
    return PUSHES.has(kind) ? convertPush(payload) : ignored(`event ${kind ?? headers["x-gitlab-event"] ?? "unknown"}`);
  },
};

function convertPush(payload: unknown): Conversion {
  const [ref, after] = [textAt(payload, "ref"), textAt(payload, "after")];
  const path = textAt(payload, "project", "path_with_namespace");
  if (ref === undefined || after === undefined || path === undefined) {
    return unreadable("a push without ref, after or project.path_with_namespace");
  }
  const host = hostOf(textAt(payload, "project", "web_url"));
  if (isNoSha(after)) return { kind: "push", host, path, changes: [], removed: [ref] };
  // Of an annotated tag `after` is the tag itself; the commit is what would be checked out.
  const sha = textAt(payload, "checkout_sha") ?? after;
  return { kind: "push", host, path, changes: [{ ref, sha }], removed: [] };
}
