import {
  EventShim,
  letOthersRun,
  randomIndex,
  randomNumbers,
  withHooks,
  type EventShimOptions,
} from "@slipway/testing";
import fc from "fast-check";
import {
  createPromoteArtefacts,
  type PromoteArtefactsDependencies,
} from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import type { MemoryObjectsOptions } from "../../../packages/artefact-promotion/src/library-memory";
import { createWorld, messageAbout, type World } from "../../../packages/artefact-promotion/test/support/world";

/** What happens at the source, and by which seed its events come out at the other end. */
export interface History {
  /** Key and content of each put, in order. */
  readonly puts: readonly (readonly [string, string])[];
  readonly seed: number;
}

const KEYS = ["k1", "k2", "k3", "k4", "k5"];

/** Random histories of one to five keys; often of one, where events get in each other's way. */
const historiesOf = (contents: fc.Arbitrary<string>): fc.Arbitrary<History> =>
  fc
    .oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: KEYS.length }))
    .map((count) => fc.tuple(fc.constantFrom(...KEYS.slice(0, count)), contents))
    .chain((put) => fc.record({ puts: fc.array(put, { minLength: 1, maxLength: 10 }), seed: fc.integer({ min: 0 }) }));

/** Few contents, so that one comes back after another: A, B, A is where equal ETags deceive. */
export const recurring: fc.Arbitrary<History> = historiesOf(fc.constantFrom("A", "B", "C"));

/** Each put has bytes that never were there before. */
export const novel: fc.Arbitrary<History> = recurring.map(({ puts, seed }) => ({
  puts: puts.map(([key], n) => [key, `${n}`] as const),
  seed,
}));

/** Keys that a history is about. */
export const keysOf = ({ puts }: History): readonly string[] => [...new Set(puts.map(([key]) => key))];

/** Sequencers grow with each put, and have not always the same length. */
const sequencerOf = (index: number): string =>
  `0055AED6${index.toString(16).toUpperCase()}${index % 2 === 0 ? "0" : ""}`;

/** How bad delivery is (F7): up to five copies, in any order, late, lost and delivered again, three batches at once. */
export const BAD_DELIVERY: EventShimOptions = {
  batchSize: 3,
  maxReceives: 100,
  copies: 5,
  shuffle: true,
  late: 2,
  lost: 0.1,
  workers: 3,
};

/** Where a history is played: in memory or on an emulator. */
export interface Stage {
  /** What the promoting function works with. */
  readonly deps: PromoteArtefactsDependencies;
  /** Puts an object at the source, and tells the message about it. */
  readonly put: (key: string, content: string, sequencer: string) => Promise<string> | string;
}

/**
 * Plays a history through the promoting function: puts go on while their events are delivered and worked on. Each call
 * takes a random time before and after it takes effect.
 */
export async function playOn({ deps, put }: Stage, { puts, seed }: History, delivery: EventShimOptions): Promise<void> {
  const pause = pauses(seed);
  const slow = withHooks(deps, ["objects"], { before: pause(4), after: pause(4) });
  const shim = new EventShim(createPromoteArtefacts(slow), { ...delivery, seed });
  const running: Promise<void>[] = [];
  for (const [index, [key, content]] of puts.entries()) {
    shim.send(await put(key, content, sequencerOf(index)));
    running.push(shim.deliver());
    await pause(10)();
  }
  await Promise.all(running);
  await shim.drain();
  if (shim.letters.length > 0) throw new Error(`${shim.letters.length} letters; ${shim.errors.join("; ")}`);
}

/** Pauses of some turns at most, as a seed says. */
function pauses(seed: number): (most: number) => () => Promise<void> {
  const random = randomNumbers(seed);
  return (most) => () => letOthersRun(randomIndex(random, most));
}

/** Plays a history in memory, where a copy takes a random time between its read and its write, too. */
export async function play(
  history: History,
  delivery: EventShimOptions = BAD_DELIVERY,
  objects: MemoryObjectsOptions = {},
  change: (world: World) => World = (world) => world,
): Promise<World> {
  const world = createWorld({ objects: { betweenReadAndWrite: pauses(history.seed + 1)(6), ...objects } });
  const put = (key: string, content: string, sequencer: string): string =>
    messageAbout(world, world.objects.plant(world.hop.source, key, content), sequencer);
  await playOn({ deps: change(world), put }, history, delivery);
  return world;
}
