import { at, hostOf, listAt, textAt } from "../payload";
import { refOf } from "../refs";
import { hmacScheme } from "../signatures";
import { ignored, unreadable, type Conversion, type ProviderDefinition, type RefChange } from "./provider";

const FOLDERS: Readonly<Record<string, "branch" | "tag">> = { branch: "branch", named_branch: "branch", tag: "tag" };

/** Bitbucket Cloud. One push tells of every ref that it moved. */
export const bitbucket: ProviderDefinition = {
  schemes: [hmacScheme("x-hub-signature")],
  deliveryHeader: "x-request-uuid",
  convert: ({ headers, payload }) => {
    const event = headers["x-event-key"];
    return event === "repo:push" ? convertPush(payload) : ignored(`event ${event ?? "without a name"}`);
  },
};

function convertPush(payload: unknown): Conversion {
  const [path, all] = [textAt(payload, "repository", "full_name"), listAt(payload, "push", "changes")];
  if (path === undefined || all === undefined) return unreadable("a push without push.changes or repository.full_name");
  const changes = all.map(toChange).filter((each) => each !== undefined);
  const gone = all.filter((each) => at(each, "new") === null);
  const removed = gone.map((each) => refAt(each, "old")).filter((each) => each !== undefined);
  const host = hostOf(textAt(payload, "repository", "links", "html", "href"));
  return { kind: "push", host, path, changes, removed };
}

/** A ref without a new state is gone. */
function toChange(change: unknown): RefChange | undefined {
  const [ref, sha] = [refAt(change, "new"), textAt(change, "new", "target", "hash")];
  return ref === undefined || sha === undefined ? undefined : { ref, sha };
}

function refAt(change: unknown, state: "new" | "old"): string | undefined {
  const [kind, name] = [FOLDERS[textAt(change, state, "type") ?? ""], textAt(change, state, "name")];
  return kind === undefined || name === undefined ? undefined : refOf({ kind, name });
}
