import type { Pipeline } from "../core/pipeline";
import type { SiteDependencies } from "./dependencies";
import { changePipeline } from "./write-pipeline";

/**
 * Takes over what a program declares of a site now, where the row is of an earlier declaration.
 *
 * @returns the row as it is then
 */
export async function followDeclaration(deps: SiteDependencies, row: Pipeline): Promise<Pipeline> {
  if (row.declaration === undefined) return row;
  const declared = await deps.pipelines.declaration(row.site_id);
  if (declared === undefined || declared.digest === row.declaration) return row;
  const { digest, settings, resources } = declared;
  const { row: after } = await changePipeline(deps, row.site_id, ({ declaration }) =>
    declaration === digest ? undefined : { declaration: digest, settings, resources },
  );
  deps.log.info("declaration followed", { site_id: row.site_id, digest });
  return after;
}
