import type { Project, ProjectEnvironment } from "@slipway/release-tracker/library";

/** What stands between a release and the environments of a project, so that a gate that is off is seen to be off. */
export function describeGates({ environments }: Project): string {
  const gates = environments.flatMap((environment) => gatesOf(environment).map((gate) => `${environment.id} ${gate}`));
  return gates.length === 0 ? "no gates" : `gates: ${gates.join(", ")}`;
}

function gatesOf({ requires, soak_minutes: soak = 0, windows, freezes }: ProjectEnvironment): readonly string[] {
  const rest = soak > 0 ? ` for ${soak} min` : "";
  return [
    ...(requires === undefined ? [] : [`requires ${requires}${rest}`]),
    ...(windows?.length ? [`has ${count(windows, "deployment window")}`] : []),
    ...(freezes?.length ? [`has ${count(freezes, "freeze")}`] : []),
  ];
}

const count = ({ length }: readonly unknown[], what: string): string => `${length} ${what}${length === 1 ? "" : "s"}`;
