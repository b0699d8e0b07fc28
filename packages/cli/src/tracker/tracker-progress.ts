import type { TrackerProgress } from "@slipway/release-tracker/library";
import type { Progress } from "../progress/progress";

const meanings: Readonly<Record<string, string>> = {
  requested: "recorded",
  applying: "writing labels and updating the stack",
  verifying: "waiting for the services and comparing digests",
  restoring: "putting labels and stack back",
};

/** Turns the tracker's progress into the live line and lines of its own. */
export function trackerProgress(progress: Progress): (event: TrackerProgress) => void {
  const show = (current: string): void => progress.update({ done: 0, current });
  return (event) => {
    if (event.kind === "status") {
      const line = meanings[event.status] ?? event.status;
      progress.step(`  ${line}`);
      show(line);
    } else if (event.kind === "labels") {
      progress.step(`  label ${event.label}: ${event.services.join(", ")}`);
    } else if (event.kind === "stack") {
      progress.step(`  ${event.message}`);
      show(event.message);
    } else if (event.kind === "service") {
      progress.step(`  ${event.service}: ${event.message}`);
      show(`${event.service}: ${event.message}`);
    } else {
      progress.note(`  ${event.message}`);
    }
  };
}
