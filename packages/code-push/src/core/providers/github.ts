import { at, hostOf, textAt } from "../payload";
import { isNoSha } from "../refs";
import { hmacScheme } from "../signatures";
import { ignored, unreadable, type Conversion, type ProviderDefinition } from "./provider";

/** GitHub and GitHub Enterprise Server. A merge is told by a push of its own. */
export const github: ProviderDefinition = {
  schemes: [hmacScheme("x-hub-signature-256")],
  deliveryHeader: "x-github-delivery",
  convert: ({ headers, payload }) => {
    const event = headers["x-github-event"];
    return event === "push" ? convertPush(payload) : ignored(`event ${event ?? "without a name"}`);
  },
};

function convertPush(payload: unknown): Conversion {
  const [ref, after] = [textAt(payload, "ref"), textAt(payload, "after")];
  const path = textAt(payload, "repository", "full_name");
  if (ref === undefined || after === undefined || path === undefined) {
    return unreadable("a push without ref, after or repository.full_name");
  }
  const host = hostOf(textAt(payload, "repository", "html_url"));
  if (at(payload, "deleted") === true || isNoSha(after)) {
    return { kind: "push", host, path, changes: [], removed: [ref] };
  }
  // Of an annotated tag `after` is the tag itself; the commit is what it points at.
  const commit = ref.startsWith("refs/tags/") ? textAt(payload, "head_commit", "id") : undefined;
  return { kind: "push", host, path, changes: [{ ref, sha: commit ?? after }], removed: [] };
}
