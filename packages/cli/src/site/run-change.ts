import type {
  Awaited,
  BuildRecord,
  ChangeOptions,
  SiteClient,
  SiteChange,
  SiteEnding,
  SiteProgress,
} from "@slipway/static-site-pipeline/library";
import type { CommandResult } from "../command";
import type { CommandContext } from "../context";
import { exitCodes, type ExitCode } from "../exit-codes";
import { buildJson } from "./json";
import type { OpenSites } from "./open-sites";

/** What a command asks for. */
export interface Asked {
  readonly stack: string;
  readonly site: string;
  readonly dryRun: boolean;
  /** Asks a person, once it is known what would be done. @default nobody is asked */
  readonly confirm?: ((what: string) => Promise<void>) | undefined;
  readonly call: (options: ChangeOptions) => Promise<SiteChange>;
  /** What is waited for, when it is. */
  readonly awaited?: ((change: SiteChange) => Awaited) | undefined;
}

type Outcome = "planned" | "nothing" | "asked" | SiteEnding["kind"];

/** Finds out what would be done, asks, does it, and waits for its end. */
export async function runChange(
  { client }: Pick<OpenSites, "client">,
  asked: Asked,
  context: CommandContext,
): Promise<CommandResult> {
  const { site, dryRun, confirm, call, awaited } = asked;
  const { progress, signal } = context;
  if (dryRun || confirm !== undefined) {
    const planned = await call({ dryRun: true });
    if (dryRun || planned.already === true) return changeResult(planned, asked, undefined);
    await confirm?.(planned.what);
  }
  const change = await call({});
  if (!change.done || awaited === undefined) return changeResult(change, asked, undefined);
  progress.begin(`${site}: ${change.what}`);
  const onProgress = (now: SiteProgress): void => progress.update({ done: 0, current: standingOf(now) });
  const ending = await client.wait(site, awaited(change), { signal, onProgress });
  return changeResult(change, asked, ending, await printedLast(client, site, ending));
}

/** Lines of a failed build's log that are shown with its failure. */
const SHOWN = 8;
/** What lines begin with that CodeBuild itself writes between those of the commands. */
const CODEBUILD = "[Container] ";

/** What a build that failed printed last. Why it failed is known without it, so that nothing is lost where it cannot be had. */
async function printedLast(
  client: Pick<SiteClient, "logs">,
  site: string,
  ending: SiteEnding,
): Promise<readonly string[]> {
  const build = ending.kind === "failed" ? ending.build : undefined;
  if (build?.build_id === undefined) return [];
  let last: readonly string[] = [];
  try {
    for await (const { text } of client.logs(site, { build: build.number })) {
      if (text.trim() !== "" && !text.startsWith(CODEBUILD)) last = [...last.slice(1 - SHOWN), text];
    }
  } catch {
    return [];
  }
  return last;
}

/** What a command asks for that brings something live. */
export interface AskedDeployment extends Pick<Asked, "stack" | "site" | "dryRun" | "call"> {
  readonly yes: boolean;
  /** Whether to wait for its end. */
  readonly wait: boolean;
}

/** The same for something that goes live: people are asked, and its end is waited for. */
export const runDeployment = (
  opened: Pick<OpenSites, "client">,
  { yes, wait, ...asked }: AskedDeployment,
  context: CommandContext,
): Promise<CommandResult> => {
  const confirm = (what: string) => context.ask.confirm({ action: `${what} for ${asked.site}`, yes });
  return runChange(opened, { ...asked, confirm, awaited: wait ? deploymentOf : undefined }, context);
};

/** Names the deployment that was asked for. */
const deploymentOf = ({ request_id = "", requested_at = "" }: SiteChange): Awaited => ({
  kind: "deployment",
  request_id,
  requested_at,
});

const standingOf = ({ status, build }: SiteProgress): string =>
  build === undefined ? status : `build ${build.number}: ${build.phase ?? build.state}`;

const exitCodeByOutcome: Readonly<Record<Outcome, ExitCode>> = {
  planned: exitCodes.ok,
  nothing: exitCodes.ok,
  asked: exitCodes.ok,
  done: exitCodes.ok,
  failed: exitCodes.failed,
  // What is live is newer than what was asked for.
  superseded: exitCodes.ok,
  held: exitCodes.attention,
  stopped: exitCodes.interrupted,
};

function changeResult(
  change: SiteChange,
  asked: Asked,
  ending: SiteEnding | undefined,
  log: readonly string[] = [],
): CommandResult {
  const outcome = outcomeOf(change, ending);
  const build = ending !== undefined && "build" in ending ? ending.build : undefined;
  const reason = ending !== undefined && "reason" in ending ? ending.reason : change.held;
  const isLocked = change.held !== undefined || (ending?.kind === "held" && ending.by === "lock");
  return {
    schema: "slipway.site-change.v1",
    data: {
      stack: asked.stack,
      site_id: change.site_id,
      outcome,
      what: change.what,
      reason: reason ?? null,
      request_id: change.request_id ?? null,
      build: build === undefined ? null : buildJson(build),
      log_tail: log,
      dry_run: asked.dryRun,
    },
    text: () =>
      [
        `${change.site_id}: ${sentenceOf(outcome, change, reason, build)}`,
        ...log.map((line) => `  | ${line}`),
        ...(log.length === 0 ? [] : [`all of it: ${logsCommand(asked, build)}`]),
      ].join("\n"),
    exitCode: isLocked ? exitCodes.locked : exitCodeByOutcome[outcome],
  };
}

const logsCommand = ({ site, stack }: Asked, build: BuildRecord | undefined): string =>
  `slipway site logs ${site} --build ${build?.number} --stack ${stack}`;

function outcomeOf({ done, already }: SiteChange, ending: SiteEnding | undefined): Outcome {
  if (ending !== undefined) return ending.kind;
  if (already === true) return "nothing";
  return done ? "asked" : "planned";
}

function sentenceOf(outcome: Outcome, { what }: SiteChange, reason = "", build?: BuildRecord): string {
  const release = build?.release_id === undefined ? "" : `; release ${build.release_id}`;
  const sentences: Readonly<Record<Outcome, string>> = {
    planned: `planned: ${what}${reason === "" ? "" : `, which would wait: ${reason}`}; nothing was written`,
    nothing: what,
    asked: what,
    done: `${what}: done${release}`,
    failed: `${what} failed: ${reason}`,
    superseded: `${what} was superseded ${reason}`,
    held: `${what} is held: ${reason}`,
    stopped: `${what} goes on by itself; this command stopped waiting for it`,
  };
  return sentences[outcome];
}
