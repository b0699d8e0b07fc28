/** Version of the Pulumi CLI that is downloaded or built. */
export const PULUMI_VERSION = "3.259.0";

/** Oldest CLI that is taken as found: the version of the SDK that the programs use. */
export const OLDEST_PULUMI = "3.248.0";

/** Last version of the SDK's Go module that carries the Node language host, so that it can be built alone. */
export const LANGUAGE_HOST_VERSION = "3.59.0";

/** Oldest Go that can fetch the newer one that a module asks for. */
export const OLDEST_GO = "1.21";

type Triple = readonly [number, number, number];

/** `v3.259.0-dev.1` -> [3, 259, 0]; a missing patch counts as 0. Undefined for text that is no version. */
export function parseVersion(text: string): Triple | undefined {
  const match = /^(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text.trim());
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Whether `version` is `oldest` or newer; false for text that is no version. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [have, need] = [parseVersion(version), parseVersion(oldest)];
  if (have === undefined || need === undefined) return false;
  const difference = have.map((part, index) => part - (need[index] ?? 0)).find((step) => step !== 0) ?? 0;
  return difference >= 0;
}

/** Whether a CLI of that version runs the programs: same major as the SDK, and not older than it. */
export function pulumiFits(version: string): boolean {
  return isAtLeast(version, OLDEST_PULUMI) && parseVersion(version)?.[0] === parseVersion(OLDEST_PULUMI)?.[0];
}
