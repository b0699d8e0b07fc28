import { InvalidInputError } from "@slipway/core";
import { readConfiguration } from "./agent/configuration";
import { VOLUME_PATH } from "./agent-contract";
import type { Row } from "./core/rows";
import { folderOfVolume } from "./core/volume";

const FIELD = "agentConfiguration";

/**
 * Reads the agent's configuration as the agent will, and sees that each row's folder is one that a route sends from:
 * otherwise the first flag would be the one that tells.
 *
 * @throws InvalidInputError naming the setting or the row.
 */
export function checkAgentRoutes(configuration: string, rows: readonly Row[]): void {
  const { routes } = readConfiguration(configuration, FIELD);
  const sources = new Set(routes.map(({ folder }) => folder));
  for (const { pipeline, transferType, destinationPrefix } of rows) {
    if (transferType !== "SFT" || sources.has(folderOfVolume(destinationPrefix) ?? "")) continue;
    throw new InvalidInputError(
      FIELD,
      `no route sends from ${destinationPrefix}, where ${pipeline} puts its files`,
      `add a route with that source; there are ${[...sources].map((folder) => `${VOLUME_PATH}/${folder}`).join(", ")}`,
    );
  }
}
