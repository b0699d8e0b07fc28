import { InvalidInputError, nearestWord } from "@slipway/core";
import { MANIFEST_KEYS } from "./manifest-schema";

/** One level of a manifest: what it may hold, and the lists of levels below it. */
interface Level {
  readonly keys: readonly string[];
  /** Whether keys of other tools may stand beside ours. */
  readonly open: boolean;
  readonly lists: Readonly<Record<string, Level>>;
}

const WINDOW: Level = { keys: MANIFEST_KEYS.window, open: false, lists: {} };
const FREEZE: Level = { keys: MANIFEST_KEYS.freeze, open: false, lists: {} };
const ENVIRONMENT: Level = { keys: MANIFEST_KEYS.environment, open: true, lists: { windows: WINDOW, freezes: FREEZE } };
const PROJECT: Level = { keys: MANIFEST_KEYS.project, open: true, lists: { environments: ENVIRONMENT } };

/** Keys of an environment that switch something on: one level too high they would switch it on for nobody. */
const GATES = ["requires", "soak_minutes", "windows", "freezes", "auto_rollback"];

interface UnknownKey {
  readonly key: string;
  /** Where it stands, e.g. `shop.environments.1`. */
  readonly at: string;
  readonly level: Level;
}

/**
 * Refuses a key that was probably meant to be another one: ignored, it would be a gate that nobody knows to be off.
 *
 * @throws InvalidInputError naming the key and what it should be.
 */
export function refuseMisspeltKeys(file: string, content: unknown): void {
  for (const { key, at, level } of unknownKeys(content)) {
    const meant = nearestWord(key, level.keys);
    const refuse = (problem: string, hint: string): never => {
      throw new InvalidInputError(file, `${at}: unknown key \`${key}\`: ${problem}`, hint);
    };
    if (meant !== undefined)
      refuse(`did you mean \`${meant}\`?`, `write \`${meant}\`, or give a key of your own another name`);
    if (!level.open) refuse("no other keys are allowed here", `use: ${level.keys.join(", ")}`);
    const gate = level === PROJECT ? nearestWord(key, GATES) : undefined;
    if (gate !== undefined)
      refuse(`\`${gate}\` belongs to an environment`, "move it into the environment that it is for");
  }
}

/** Keys of other tools, which Slipway leaves alone, each with its place, e.g. `shop.tf_stack_root`. */
export const foreignKeys = (content: unknown): readonly string[] =>
  unknownKeys(content).map(({ at, key }) => `${at}.${key}`);

const unknownKeys = (content: unknown): readonly UnknownKey[] =>
  entriesOf(content).flatMap(([id, project]) => unknownKeysOf(project, id, PROJECT));

function unknownKeysOf(value: unknown, at: string, level: Level): readonly UnknownKey[] {
  return entriesOf(value).flatMap(([key, held]) => {
    if (!level.keys.includes(key)) return [{ key, at, level }];
    const below = level.lists[key];
    if (below === undefined || !Array.isArray(held)) return [];
    return held.flatMap((each, index) => unknownKeysOf(each, `${at}.${key}.${index}`, below));
  });
}

/** What is no object has no keys: the schema says so in its own words. */
const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
