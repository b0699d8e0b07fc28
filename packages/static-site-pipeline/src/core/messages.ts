import { at, isSha, parseRef, textAt } from "@slipway/code-push/webhooks";
import {
  MESSAGES,
  type BranchGoneMessage,
  type DeployLocation,
  type DeployRequestMessage,
  type SiteMessage,
  type Trigger,
} from "../contract";
import { UnreadableMessageError } from "./errors";
import { parseJson } from "./parse-json";
import type { BranchDeletion, Push } from "./push";

/** What the executor's queue may hold. */
export type ExecutorMessage =
  | { readonly kind: "request"; readonly request: DeployRequestMessage }
  | { readonly kind: "look"; readonly message: SiteMessage }
  | { readonly kind: "push"; readonly push: Push }
  | { readonly kind: "gone"; readonly message: BranchGoneMessage }
  | { readonly kind: "removed"; readonly deletion: BranchDeletion }
  | { readonly kind: "ignored"; readonly reason: string };

const TRIGGERS: readonly string[] = [
  "github",
  "bitbucket",
  "gitlab",
  "generic",
  "code-push",
  "zip",
  "command",
  "rollback",
] satisfies readonly Trigger[];

/** Reads a message of the executor's queue. @throws UnreadableMessageError */
export function parseExecutorMessage(body: string): ExecutorMessage {
  const value = parseJson(body);
  const type = textAt(value, "type");
  if (type === MESSAGES.look) return { kind: "look", message: toSiteMessage(value) };
  if (type === MESSAGES.deployRequest) return { kind: "request", request: toRequest(value) };
  if (type === MESSAGES.branchGone) return { kind: "gone", message: toBranchGone(value) };
  if (textAt(value, "detail-type") === "Source Pushed") return toPush(value);
  if (textAt(value, "detail-type") === "Source Removed") return toRemoval(value);
  throw new UnreadableMessageError(`its type is ${JSON.stringify(type ?? "none")}`);
}

/** Reads a message about a site. @throws UnreadableMessageError */
export function parseSiteMessage(body: string): SiteMessage {
  const value = parseJson(body);
  if (textAt(value, "type") !== MESSAGES.look) throw new UnreadableMessageError(`its type is not ${MESSAGES.look}`);
  return toSiteMessage(value);
}

function toSiteMessage(value: unknown): SiteMessage {
  const site_id = required(value, "site_id");
  return { type: MESSAGES.look, site_id, correlation_id: textAt(value, "correlation_id") ?? "none" };
}

const toBranchGone = (value: unknown): BranchGoneMessage => ({
  type: MESSAGES.branchGone,
  site_id: required(value, "site_id"),
  branch: required(value, "branch"),
  gone_at: toTime(required(value, "gone_at")),
  correlation_id: textAt(value, "correlation_id") ?? "none",
});

function toRequest(value: unknown): DeployRequestMessage {
  const trigger = required(value, "trigger");
  if (!TRIGGERS.includes(trigger)) throw new UnreadableMessageError("its trigger is none of ours");
  const commit = textAt(value, "commit");
  if (commit !== undefined && !isSha(commit)) throw new UnreadableMessageError("its commit is no commit id");
  const optional = Object.fromEntries(
    ["branch", "commit", "message", "release_id"].flatMap((name) => {
      const text = textAt(value, name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const archive = toLocation(at(value, "archive"));
  return {
    type: MESSAGES.deployRequest,
    site_id: required(value, "site_id"),
    request_id: required(value, "request_id"),
    trigger: trigger as Trigger,
    requested_at: toTime(required(value, "requested_at")),
    requested_by: required(value, "requested_by"),
    correlation_id: textAt(value, "correlation_id") ?? "none",
    ...optional,
    ...(archive !== undefined && { archive }),
  };
}

/** CodePush's event "Source Pushed", as a rule of EventBridge hands it over. */
function toPush(value: unknown): ExecutorMessage {
  const detail = at(value, "detail");
  if (at(detail, "latest") !== true) return { kind: "ignored", reason: "not the latest of its ref" };
  if (textAt(detail, "ref_kind") !== "branch") return { kind: "ignored", reason: "a tag" };
  const [sha, ref] = [required(detail, "sha"), parseRef(required(detail, "ref"))];
  if (!isSha(sha) || ref === undefined) throw new UnreadableMessageError("its ref or commit is none");
  const version = textAt(detail, "version_id");
  const archive: DeployLocation = {
    kind: "zip",
    bucket: required(detail, "bucket"),
    key: required(detail, "key"),
    ...(version !== undefined && { version_id: version }),
  };
  const correlation_id = textAt(detail, "correlation_id") ?? "none";
  const push: Push = {
    trigger: "code-push",
    repository: required(detail, "repository"),
    branch: ref.name,
    commit: sha,
    message: textAt(detail, "message"),
    archive,
    code_push: textAt(detail, "code_push"),
    delivery: correlation_id,
    requested_at: endOfSecond(toTime(required(value, "time"))),
    requested_by: textAt(detail, "author") ?? "unknown",
    correlation_id,
  };
  return { kind: "push", push };
}

/** CodePush's event "Source Removed". */
function toRemoval(value: unknown): ExecutorMessage {
  const detail = at(value, "detail");
  const ref = parseRef(required(detail, "ref"));
  if (ref === undefined) throw new UnreadableMessageError("its ref is none");
  if (ref.kind !== "branch") return { kind: "ignored", reason: "a tag" };
  const deletion: BranchDeletion = {
    repository: required(detail, "repository"),
    branch: ref.name,
    code_push: textAt(detail, "code_push"),
    gone_at: toTime(required(detail, "removed_at")),
    correlation_id: textAt(detail, "correlation_id") ?? "none",
  };
  return { kind: "removed", deletion };
}

function toLocation(value: unknown): DeployLocation | undefined {
  if (value === undefined) return undefined;
  const version = textAt(value, "version_id");
  const [bucket, key] = [required(value, "bucket"), required(value, "key")];
  return { kind: "zip", bucket, key, ...(version !== undefined && { version_id: version }) };
}

/** Times are compared as text, so all of them are written alike. */
function toTime(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UnreadableMessageError("its time is none");
  return new Date(time).toISOString();
}

/** EventBridge tells whole seconds: what was asked for earlier in that second must not count as newer than the event. */
const endOfSecond = (time: string): string => time.replace(/\.000Z$/, ".999Z");

function required(value: unknown, field: string): string {
  const text = textAt(value, field);
  if (text === undefined || text === "") throw new UnreadableMessageError(`it has no ${field}`);
  return text;
}
