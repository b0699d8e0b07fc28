import { hostOf, listAt, textAt } from "../payload";
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
  if (changes.length === 0) return ignored("a deletion");
  return { kind: "push", host: hostOf(textAt(payload, "repository", "links", "html", "href")), path, changes };
}

/** A ref without a new state is gone. */
function toChange(change: unknown): RefChange | undefined {
  const [type, name] = [textAt(change, "new", "type"), textAt(change, "new", "name")];
  const sha = textAt(change, "new", "target", "hash");
  const kind = FOLDERS[type ?? ""];
  if (kind === undefined || name === undefined || sha === undefined) return undefined;
  return { ref: refOf({ kind, name }), sha };
}
