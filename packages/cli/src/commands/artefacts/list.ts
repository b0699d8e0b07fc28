import type { ListedObject, ObjectVersion, Promotion } from "@slipway/artefact-promotion/library";
import { listedJson } from "../../artefacts/json";
import { openArtefacts, type OpenArtefacts } from "../../artefacts/open-artefacts";
import { keyLimitOption, prefixOption } from "../../artefacts/options";
import { defineCommand, type CommandResult } from "../../command";
import { requireCount } from "../../options/require-count";
import { firstPage, pageText } from "../../render/page";
import { size } from "../../render/size";
import { renderTable } from "../../render/table";
import { moment } from "../../render/time";
import { stackOption } from "../../stack/options";

export const command = defineCommand({
  describe: "List the artefacts of an environment, or the versions that its source has of one",
  mutates: false,
  options: {
    ...stackOption,
    ...prefixOption,
    ...keyLimitOption,
    // No default: one would count as given.
    source: { type: "boolean", describe: "What the environment before it has" },
    versions: {
      type: "string",
      conflicts: ["prefix", "source"],
      describe: "Versions of the artefact of this key at the source, latest first",
    },
  },
  examples: [
    ["slipway artefacts list --stack staging --prefix app/", "What staging has"],
    ["slipway artefacts list --stack staging --versions app/build.tgz", "What could be promoted instead"],
  ],
  run: async ({ stack, source, prefix, versions, limit }, context) => {
    requireCount("limit", limit);
    const opened = await openArtefacts(stack, context);
    const request = { stack, limit, now: context.clock.now() };
    if (versions !== undefined) return listVersions(opened, versions, request);
    return listArtefacts(opened, source ? "source" : "target", prefix, request);
  },
});

interface ListRequest {
  readonly stack: string;
  readonly limit: number;
  readonly now: Date;
}

async function listArtefacts(
  { client, hop }: OpenArtefacts,
  side: "source" | "target",
  prefix: string | undefined,
  { stack, limit, now }: ListRequest,
): Promise<CommandResult> {
  const { shown: artefacts, complete } = await firstPage(limit, (most) =>
    client.listArtefacts({ side, prefix, limit: most }),
  );
  const { environment, bucket } = {
    source: { environment: hop.sourceEnvironment, bucket: hop.source.name },
    target: { environment: hop.targetEnvironment, bucket: hop.target.name },
  }[side];
  return {
    schema: "slipway.artefacts.v1",
    data: { stack, environment, bucket, artefacts: artefacts.map(listedJson), complete },
    text: (style) => {
      if (artefacts.length === 0) return `no artefacts in ${environment}${prefix === undefined ? "" : ` at ${prefix}`}`;
      const rows = artefacts.map((each: ListedObject) => [
        size(each.size),
        moment(each.lastModified.toISOString(), now),
        each.key,
      ]);
      const table = renderTable(["SIZE", "MADE", "KEY"], rows, style);
      return pageText(table, complete, "--limit and --prefix show");
    },
  };
}

/** Promotions of one artefact among which those of its versions are looked for. */
const PROMOTIONS = 200;

async function listVersions(
  { client, hop }: OpenArtefacts,
  key: string,
  { stack, limit, now }: ListRequest,
): Promise<CommandResult> {
  const [{ shown: versions, complete }, promotions] = await Promise.all([
    firstPage(limit, (most) => client.listVersions({ key, limit: most })),
    client.history({ key, limit: PROMOTIONS }),
  ]);
  const listed = versions.map((version) => ({ version, promotedAt: lastPromotionOf(version, promotions) }));
  return {
    schema: "slipway.artefact-versions.v1",
    data: {
      stack,
      environment: hop.sourceEnvironment,
      bucket: hop.source.name,
      key,
      versions: listed.map(({ version, promotedAt }) => ({
        version_id: version.versionId,
        current: version.current,
        ...listedJson(version),
        promoted_at: promotedAt ?? null,
      })),
      complete,
    },
    text: (style) =>
      pageText(
        renderTable(
          ["VERSION", "SIZE", `MADE IN ${hop.sourceEnvironment}`, `LAST PROMOTED TO ${hop.targetEnvironment}`],
          listed.map(({ version, promotedAt }) => [
            version.current ? `${version.versionId} (current)` : version.versionId,
            size(version.size),
            moment(version.lastModified.toISOString(), now),
            promotedAt === undefined ? "-" : moment(promotedAt, now),
          ]),
          style,
        ),
        complete,
      ),
  };
}

const lastPromotionOf = ({ versionId }: ObjectVersion, latestFirst: readonly Promotion[]): string | undefined =>
  latestFirst.find(({ sourceVersionId }) => sourceVersionId === versionId)?.promotedAt;
