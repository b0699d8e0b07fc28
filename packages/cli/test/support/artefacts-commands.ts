import { expect } from "chai";
import { createArtefactsWorld, type ArtefactsWorld } from "./artefacts-world";
import { slipway, type Pretended } from "./slipway";

/** A JSON document. */
export type Json = Readonly<Record<string, unknown>>;
/** Reads one. */
export const json = (text: string): Json => JSON.parse(text) as Json;

/** Runs `slipway artefacts`. */
export const artefacts = (pretended: Pretended, ...words: string[]) =>
  slipway(["artefacts", ...words, "--stack", "staging"], pretended);

/** What a command answers in JSON, with its exit code. */
export async function answer(pretended: Pretended, ...words: string[]): Promise<Json & { readonly exit: number }> {
  const { stdout, stderr, exitCode } = await artefacts(pretended, ...words, "--json");
  expect(stdout, stderr).to.not.equal("");
  return { ...json(stdout), exit: exitCode };
}

/** Keys of what a command lists. */
export const keysOf = (list: unknown): unknown[] => (list as { readonly key: string }[]).map(({ key }) => key);

/** A world in which `a` is promoted, `b` has another state at the source, and `c` was never promoted. */
export async function furnished(): Promise<ArtefactsWorld> {
  const world = createArtefactsWorld();
  world.make("a");
  world.make("b", "old b");
  await world.client.backfill();
  world.make("b", "new b");
  world.make("c");
  return world;
}
