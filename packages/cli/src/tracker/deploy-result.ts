import type { Deployment, DeployResult, DeploymentPlan, Refusal } from "@slipway/release-tracker/library";
import type { CommandResult } from "../command";
import { exitCodes, type ExitCode } from "../exit-codes";
import type { Style } from "../render/style";
import { refusalMend, refusalSentence, renderPlan } from "./render-plan";

const exitCodeByOutcome: Readonly<Record<DeployResult["outcome"], ExitCode>> = {
  planned: exitCodes.ok,
  refused: exitCodes.refused,
  declined: exitCodes.refused,
  unchanged: exitCodes.ok,
  succeeded: exitCodes.ok,
  failed: exitCodes.failed,
  "needs-attention": exitCodes.attention,
};

/** How a deployment or rollback ended. A dry run of a refused deployment is refused too, so that scripts can ask. */
export function deployResult(result: DeployResult, now: Date): CommandResult {
  const { outcome, plan } = result;
  const refused = plan.refusals.length > 0;
  return {
    schema: "slipway.deployment.v1",
    data: { ...deployJson(result), dry_run: outcome === "planned" },
    text: (style) => renderDeploy(result, now, style),
    exitCode: outcome === "planned" && refused ? exitCodes.refused : exitCodeByOutcome[outcome],
  };
}

function deployJson(result: DeployResult): Record<string, unknown> {
  const { outcome, plan } = result;
  return {
    outcome,
    release_id: plan.release.release_id,
    environment: plan.environment,
    kind: plan.kind,
    images: plan.images.map(({ service, change, from, to, tag, commit, message, pushedAt }) => ({
      service,
      change,
      from: from ?? null,
      to: to ?? null,
      tag: tag ?? null,
      commit: commit ?? null,
      message: message ?? null,
      pushed_at: pushedAt ?? null,
    })),
    stack: plan.stack ?? null,
    refusals: plan.refusals.map((refusal) => ({ kind: refusal.kind, reason: refusalSentence(refusal) })),
    deployment: "deployment" in result ? result.deployment : null,
    reason: "reason" in result ? result.reason : null,
    notices: "notices" in result ? result.notices : [],
    rollback: "rollback" in result && result.rollback ? deployJson(result.rollback) : null,
  };
}

function renderDeploy(result: DeployResult, now: Date, style: Style): string {
  const { outcome, plan } = result;
  const subject = `${plan.environment.id}: release ${plan.release.release_id}`;
  const lines = outcome === "planned" || outcome === "refused" ? [renderPlan(plan, now, style)] : [];
  const notices = "notices" in result ? result.notices : [];
  return [...lines, ...notices, ...ending(result, subject, style)].join("\n");
}

function ending(result: DeployResult, subject: string, style: Style): readonly string[] {
  const refusals = refusalLines(result.plan, style);
  switch (result.outcome) {
    case "planned":
      return refusals.length > 0 ? refusals : [`${subject} would be deployed; nothing was written`];
    case "refused":
      return refusals;
    case "declined":
      return [`${subject} was not confirmed: nothing was written`];
    case "unchanged":
      return [`${subject} is there already`];
    case "succeeded":
      return [`${subject} ${style("green", "succeeded")}: ${proof(result.deployment)}`];
    case "failed":
      return [
        `${subject} ${style("red", "failed")}, ${result.plan.environment.id} is as it was: ${result.reason}`,
        ...(result.rollback
          ? ending(result.rollback, `automatic rollback to ${result.rollback.plan.release.release_id}`, style)
          : []),
      ];
    case "needs-attention":
      return [`${subject} ${style("red", "needs attention")}: ${result.reason}`];
  }
}

/** What was proven, and what was not: a service that the stack does not report cannot be. */
function proof({ images, verified = {} }: Pick<Deployment, "images" | "verified">): string {
  const open = Object.keys(images).filter((service) => verified[service] === undefined);
  if (open.length === 0) return "it runs, proven by digest";
  const proven = Object.keys(verified);
  return `proven by digest: ${proven.join(", ") || "none"}; not verified: ${open.join(", ")}`;
}

const refusalLines = ({ refusals }: DeploymentPlan, style: Style): readonly string[] =>
  refusals.map(
    (refusal: Refusal) => `${style("red", "refused")}: ${refusalSentence(refusal)}; ${refusalMend(refusal)}`,
  );
