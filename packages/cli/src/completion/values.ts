import type { CommandContext } from "../context";
import { configuredStacks, findPulumiProject } from "../stack/project";
import { openTracker } from "../tracker/open-tracker";

/** Finds the values that an option or positional can have in this project. */
export type ValueSource = (context: CommandContext) => Promise<readonly string[]>;

const stacks: ValueSource = async ({ cwd }) => {
  const directory = findPulumiProject(cwd);
  return directory === undefined ? [] : configuredStacks(directory);
};

const environments: ValueSource = async ({ cwd, libraries }) => {
  const { findProject } = await libraries.tracker();
  return findProject({ directory: cwd }).project.environments.map(({ id }) => id);
};

const labels: ValueSource = async (context) => ["latest", ...(await environments(context))];

const releases: ValueSource = async (context) => {
  const found = await (await openTracker({}, context)).listReleases({ limit: 20 });
  return ["latest", ...found.map(({ release_id }) => release_id)];
};

const services: ValueSource = async (context) =>
  (await (await openTracker({}, context)).listImages()).map(({ service }) => service);

const resumable: ValueSource = async () => ["latest"];

/** Value sources by the name of the option or positional: one name means one thing everywhere in the CLI. */
export const valueSources: Readonly<Record<string, ValueSource>> = {
  stack: stacks,
  "tracker-stack": stacks,
  environment: environments,
  label: labels,
  "from-label": labels,
  "service-source": labels,
  release: releases,
  from: releases,
  to: releases,
  service: services,
  resume: resumable,
};
