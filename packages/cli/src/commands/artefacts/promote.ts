import { InvalidInputError } from "@slipway/core";
import type { PromoteArtefactResult } from "@slipway/artefact-promotion/library";
import { holdJson, promotionJson } from "../../artefacts/json";
import { openArtefacts } from "../../artefacts/open-artefacts";
import { defineCommand, type CommandResult } from "../../command";
import { quote } from "../../local/shell";
import { inLine } from "../../render/printable";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "Promote one artefact now: as it is, or an earlier version, which the environment is then held at",
  mutates: true,
  positionals: { key: { type: "string", demandOption: true, describe: "Key of the artefact" } },
  options: {
    ...stackOption,
    version: { type: "string", describe: "Version id at the source; default: the current one, which ends a hold" },
    reason: { type: "string", describe: "Why, for the record of the hold" },
  },
  examples: [
    ["slipway artefacts promote app/build.tgz --stack staging", "Do not wait for its event"],
    [
      'slipway artefacts promote app/build.tgz --version 3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY --reason "v9 crashes" -s staging',
      "Back to an earlier version, until something newer is made",
    ],
  ],
  run: async ({ key, stack, version, reason, dryRun, yes }, context) => {
    if (reason !== undefined && version === undefined) {
      const problem = "is kept with a hold, and only an earlier version is held";
      throw new InvalidInputError("--reason", problem, "give --version as well, or leave it out");
    }
    const { client, hop } = await openArtefacts(stack, context);
    const request = { key, versionId: version, reason };
    const subject: Subject = { stack, key, version, environment: hop.targetEnvironment };
    const planned = await client.promoteArtefact({ ...request, dryRun: true });
    if (dryRun) return promotedResult(planned, subject);
    await context.ask.confirm({ action: `promoting ${where(subject)}`, yes });
    context.progress.begin(`promoting ${key}`);
    return promotedResult(await client.promoteArtefact(request), subject);
  },
});

interface Subject {
  readonly stack: string;
  readonly key: string;
  readonly version: string | undefined;
  readonly environment: string;
}

const named = ({ key, version }: Subject): string =>
  version === undefined ? inLine(key) : `version ${version} of ${inLine(key)}`;

const where = (subject: Subject): string =>
  `${named(subject)} to ${subject.environment}${subject.version === undefined ? "" : " (an earlier version is held there)"}`;

const promotedResult = (result: PromoteArtefactResult, subject: Subject): CommandResult => ({
  schema: "slipway.artefact-promotion.v1",
  data: {
    stack: subject.stack,
    key: subject.key,
    version_id: subject.version ?? null,
    outcome: result.outcome,
    hold: result.hold ? holdJson(result.hold) : null,
    promotions: result.promotions.map(promotionJson),
    dry_run: result.outcome === "planned",
  },
  text: () => [outcomeLine(result, subject), ...holdLines(result, subject)].join("\n"),
});

function outcomeLine({ outcome, promotions }: PromoteArtefactResult, subject: Subject): string {
  switch (outcome) {
    case "planned":
      return `would promote ${where(subject)}; nothing was written`;
    case "unchanged":
      return `${subject.environment} has ${named(subject)} already`;
    case "promoted":
      return `promoted ${named(subject)} to ${subject.environment}, proven equal by ${promotions.at(-1)?.proof.algorithm ?? "checksum"}`;
  }
}

function holdLines({ hold, outcome }: PromoteArtefactResult, subject: Subject): readonly string[] {
  const { stack, key, version, environment } = subject;
  if (hold === undefined) {
    return version === undefined || outcome === "planned" ? [] : ["nothing is held: the source has nothing newer"];
  }
  const end = `slipway artefacts promote --stack ${stack} -- ${quote(key)}`;
  return [`${environment} is held at it until something newer is made; to end that: ${end}`];
}
