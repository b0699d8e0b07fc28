import type { CommandContext } from "../context";
import { addressOf } from "../egress/flags";
import { openEgress } from "../egress/open-egress";
import { configuredStacks, findPulumiProject } from "../stack/project";
import { openSites } from "../site/open-sites";
import { openTracker, trackerStackName } from "../tracker/open-tracker";

/** What was typed so far, by the name of the option or positional. */
export type Typed = Readonly<Record<string, string | undefined>>;

/** Finds the values that an option or positional can have in this project. */
export type ValueSource = (context: CommandContext, typed: Typed) => Promise<readonly string[]>;

const stacks: ValueSource = async ({ cwd }) => {
  const directory = findPulumiProject(cwd);
  return directory === undefined ? [] : configuredStacks(directory);
};

const environments: ValueSource = async ({ cwd, libraries }) => {
  const { findProject } = await libraries.tracker();
  return findProject({ directory: cwd }).project.environments.map(({ id }) => id);
};

const labels: ValueSource = async (context) => ["latest", ...(await environments(context, {}))];

const releases: ValueSource = async (context) => {
  const found = await (await openTracker({}, context)).listReleases({ limit: 20 });
  return ["latest", ...found.map(({ release_id }) => release_id)];
};

const services: ValueSource = async (context) =>
  (await (await openTracker({}, context)).listImages()).map(({ service }) => service);

/** The sites of the stack that was named, or of the one that holds what all environments share. */
const openedSites = (context: CommandContext, { stack }: Typed) =>
  openSites(stack ?? trackerStackName({}, context.env), context);

const sites: ValueSource = async (context, typed) =>
  (await (await openedSites(context, typed)).client.list()).map(({ site_id }) => site_id);

const siteQueues: ValueSource = async (context, typed) => (await openedSites(context, typed)).queues;

const details = async (context: CommandContext, typed: Typed) =>
  (await openedSites(context, typed)).client.show(typed["site"] ?? "", { builds: 20 });

const keptReleases: ValueSource = async (context, typed) =>
  (await details(context, typed)).releases.slice(1).map(({ release_id }) => release_id);

const builds: ValueSource = async (context, typed) =>
  (await details(context, typed)).builds.map(({ number }) => String(number));

/** The data egress of the stack that was named; without one nothing can be said of its jobs. */
const openedEgress = (context: CommandContext, { stack }: Typed) => openEgress(stack ?? "", context);

const jobs: ValueSource = async (context, typed) =>
  (await (await openedEgress(context, typed)).client.list({ limit: 20 })).map(({ jobId }) => jobId);

const flags: ValueSource = async (context, typed) => {
  const found = await (await openedEgress(context, typed)).client.list({ limit: 20 });
  return [...new Set(found.map(({ flag }) => addressOf(flag)))];
};

const pipelines: ValueSource = async (context, typed) => {
  const items = await (await openedEgress(context, typed)).client.rows();
  const names = items.flatMap((item) => (item.ok ? [item.row.pipeline.replace(/#.*$/, "")] : []));
  return [...new Set(names)];
};

const resumable: ValueSource = async () => ["latest"];

/** Value sources by the name of the option or positional: one name means one thing everywhere in the CLI. */
export const valueSources: Readonly<Record<string, ValueSource>> = {
  stack: stacks,
  "tracker-stack": stacks,
  "push-stack": stacks,
  "site-stack": stacks,
  environment: environments,
  label: labels,
  "from-label": labels,
  "service-source": labels,
  release: releases,
  from: releases,
  to: releases,
  service: services,
  resume: resumable,
  site: sites,
  "kept-release": keptReleases,
  build: builds,
  queue: siteQueues,
  job: jobs,
  flag: flags,
  pipeline: pipelines,
};
