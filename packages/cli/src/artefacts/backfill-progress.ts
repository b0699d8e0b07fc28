import type { BackfillProgress } from "@slipway/artefact-promotion/library";
import type { Progress } from "../progress/progress";
import { size } from "../render/size";
import { duration } from "../render/time";

const labels: Readonly<Record<BackfillProgress["phase"], (environment: string) => string>> = {
  planning: (environment) => `comparing ${environment} with its source`,
  promoting: (environment) => `copying to ${environment}`,
  queueing: (environment) => `handing over to the queue of ${environment}`,
  draining: (environment) => `waiting for the queue of ${environment}`,
};

/** Begins to show a backfill, and shows each of its phases with its rate and the time that it will take. */
export function backfillProgress(progress: Progress, environment: string): (now: BackfillProgress) => void {
  let phase: BackfillProgress["phase"] = "planning";
  progress.begin(labels[phase](environment));
  return (now) => {
    if (now.phase !== phase) progress.begin(labels[now.phase](environment));
    phase = now.phase;
    progress.update({ done: now.done, total: now.total, current: pace(now) });
  };
}

function pace({ bytes, rate, remainingSeconds = 0 }: BackfillProgress): string {
  const parts = [
    bytes > 0 ? size(bytes) : "",
    rate > 0 ? `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s` : "",
    remainingSeconds > 0 ? `${duration(Math.ceil(remainingSeconds) * 1000)} left` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
