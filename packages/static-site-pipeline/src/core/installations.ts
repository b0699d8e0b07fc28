import { at, hostOf, listAt, textAt } from "@slipway/code-push/webhooks";
import type { Installation } from "./ports";

/** What an event of the GitHub App says about where it is installed. */
export type InstallationChange =
  | { readonly kind: "removed"; readonly id: string }
  | {
      readonly kind: "changed";
      readonly id: string;
      readonly account: string;
      /** All of them, or none when only `added` and `removed` are known. */
      readonly all?: readonly string[];
      readonly added: readonly string[];
      readonly removed: readonly string[];
    };

const GONE: ReadonlySet<string | undefined> = new Set(["deleted", "suspend"]);

/** Reads GitHub's events `installation` and `installation_repositories`. Nothing for what changes nothing. */
export function installationChange(event: string | undefined, payload: unknown): InstallationChange | undefined {
  const number = at(payload, "installation", "id");
  const [action, account] = [textAt(payload, "action"), textAt(payload, "installation", "account", "login")];
  if (typeof number !== "number" || account === undefined) return undefined;
  const id = `${number}`;
  const host = hostOf(textAt(payload, "installation", "html_url")) ?? "github.com";
  const names = (field: string): readonly string[] =>
    (listAt(payload, field) ?? []).flatMap((each) => {
      const name = textAt(each, "full_name");
      return name === undefined ? [] : [`${host}/${name}`.toLowerCase()];
    });
  if (event === "installation") {
    if (GONE.has(action)) return { kind: "removed", id };
    if (action === "created" || action === "unsuspend") {
      return { kind: "changed", id, account, all: names("repositories"), added: [], removed: [] };
    }
    return undefined;
  }
  if (event !== "installation_repositories") return undefined;
  return { kind: "changed", id, account, added: names("repositories_added"), removed: names("repositories_removed") };
}

/** The installation after a change. */
export function changedInstallation(
  before: Installation | undefined,
  { id, account, all, added, removed }: Extract<InstallationChange, { kind: "changed" }>,
  at: string,
): Installation {
  const kept = (all ?? before?.repositories ?? []).filter((each) => !removed.includes(each));
  return { provider: "github", id, account, repositories: [...new Set([...kept, ...added])].sort(), updated_at: at };
}
