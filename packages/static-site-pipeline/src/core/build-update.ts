import { BUILD_VARIABLES } from "../contract";
import { UnreadableMessageError } from "./errors";
import { parseJson } from "./parse-json";
import { at, listAt, textAt } from "@slipway/code-push/webhooks";

/** What CodeBuild tells of a build. */
export interface BuildUpdate {
  readonly site_id: string;
  readonly build_number: number;
  readonly build_id: string;
  readonly status: "running" | "succeeded" | "failed";
  /** One of ours, see `phaseNamed`; the one that it is in, or that failed. */
  readonly phase?: string | undefined;
  readonly reason: string;
  /** Address of the log. */
  readonly log?: string | undefined;
}

/** Our phases, by CodeBuild's. Those that are not here are its own business. */
const PHASES: Readonly<Record<string, string>> = {
  SUBMITTED: "Download Source",
  QUEUED: "Download Source",
  PROVISIONING: "Download Source",
  DOWNLOAD_SOURCE: "Download Source",
  INSTALL: "Download Source",
  PRE_BUILD: "Install",
  BUILD: "Build",
  POST_BUILD: "Test",
  UPLOAD_ARTIFACTS: "Archive",
};

/** Our name of CodeBuild's phase. */
export const phaseNamed = (phase: string | undefined): string | undefined =>
  phase !== undefined && Object.hasOwn(PHASES, phase) ? PHASES[phase] : undefined;

const STATES: Readonly<Record<string, BuildUpdate["status"]>> = {
  IN_PROGRESS: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  FAULT: "failed",
  STOPPED: "failed",
  TIMED_OUT: "failed",
};

/**
 * Reads a message of the queue that CodeBuild's topic feeds: SNS's envelope, or the event itself.
 *
 * @returns nothing for what is no business of ours: another kind of event, a build that is nobody's.
 * @throws UnreadableMessageError
 */
export function parseBuildUpdate(body: string): BuildUpdate | undefined {
  const outer = parseJson(body);
  const inner = textAt(outer, "Message");
  const event = inner === undefined ? outer : parseJson(inner);
  const type = textAt(event, "detail-type");
  if (type === undefined) throw new UnreadableMessageError("it is no event of CodeBuild");
  if (type === "CodeBuild Build Phase Change") return fromPhaseChange(at(event, "detail"));
  return type === "CodeBuild Build State Change" ? fromStateChange(at(event, "detail")) : undefined;
}

function fromStateChange(detail: unknown): BuildUpdate | undefined {
  const state = textAt(detail, "build-status") ?? "";
  const status = Object.hasOwn(STATES, state) ? STATES[state] : undefined;
  if (status === undefined) return undefined;
  const phases = listAt(detail, "additional-information", "phases") ?? [];
  const failed = phases.find((each) => !["SUCCEEDED", undefined].includes(textAt(each, "phase-status")));
  const current = textAt(failed, "phase-type") ?? textAt(detail, "current-phase");
  return aboutBuild(detail, status, phaseNamed(current), explain(failed) ?? state.toLowerCase().replaceAll("_", " "));
}

function fromPhaseChange(detail: unknown): BuildUpdate | undefined {
  const phase = phaseNamed(textAt(detail, "completed-phase"));
  return phase === undefined ? undefined : aboutBuild(detail, "running", phase, "running");
}

/** CodeBuild says why in a list of texts, some of which are no more than a colon. */
function explain(phase: unknown): string | undefined {
  const context = (listAt(phase, "phase-context") ?? []).filter((each): each is string => typeof each === "string");
  return context.map((each) => withoutCommand(each).slice(0, 400)).find((each) => each !== "");
}

/** The command is ours, around the one of the settings: what the phase was for says more. */
const withoutCommand = (text: string): string =>
  text
    .replace(/^[:\s]+/, "")
    .replace(/^(COMMAND_EXECUTION_ERROR: )?Error while executing command: [^]*\. Reason: (?=.)/, "");

function aboutBuild(
  detail: unknown,
  status: BuildUpdate["status"],
  phase: string | undefined,
  reason: string,
): BuildUpdate | undefined {
  const variables = listAt(detail, "additional-information", "environment", "environment-variables") ?? [];
  const value = (name: string) =>
    textAt(
      variables.find((each) => textAt(each, "name") === name),
      "value",
    );
  const [site_id, number] = [value(BUILD_VARIABLES.site), Number(value(BUILD_VARIABLES.number))];
  const build_id = textAt(detail, "build-id")?.split("/").at(-1);
  if (site_id === undefined || !Number.isSafeInteger(number)) return undefined;
  if (build_id === undefined) throw new UnreadableMessageError("it names no build");
  const log = textAt(detail, "additional-information", "logs", "deep-link");
  return { site_id, build_number: number, build_id, status, phase, reason, log };
}
