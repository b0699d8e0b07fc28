import { expect } from "chai";
import { FOLDER, putData, SOURCE } from "../../../data-egress/test/support/world";
import { createEgressWorld, type EgressWorld } from "./egress-world";
import { slipway } from "./slipway";

/** A JSON document. */
export type Json = Readonly<Record<string, unknown>>;

/** The flag of the data set. */
export const FLAG = `s3://${SOURCE}/${FOLDER}pipeline_success.flag`;
/** Runs `slipway egress`. */
export const egress = ({ pretended }: EgressWorld, ...words: string[]) =>
  slipway(["egress", ...words, "--stack", "production"], pretended);

/** What a command answers in JSON, with its exit code. */
export async function answer(world: EgressWorld, ...words: string[]): Promise<Json & { readonly exit: number }> {
  const { stdout, stderr, exitCode } = await egress(world, ...words, "--json");
  expect(stdout, stderr).to.not.equal("");
  return { ...(JSON.parse(stdout) as Json), exit: exitCode };
}

/** A world in which a data set of two files was sent both ways. */
export async function sentWorld(): Promise<EgressWorld> {
  const world = createEgressWorld();
  putData(world.memory, { "a.csv": "first", "b.csv": "second" });
  await world.work();
  return world;
}

/** A world with a flag that was refused for names that are the same without their folders. */
export async function refusedWorld(): Promise<EgressWorld> {
  const world = createEgressWorld();
  putData(world.memory, { "x/a.csv": "first", "y/a.csv": "second" });
  await world.work();
  return world;
}
