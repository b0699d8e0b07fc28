import { LabelNotFoundError, SecureParameterError, ServiceNotFoundError, SnapshotUnstableError } from "./errors";
import { imageParameterName } from "../contract";
import type { ImageLabels, ImageValue, ImageVersion } from "./ports";

/** An image with its value and with what is known about its publication. */
export type SnapshotImage = ImageValue & ImageVersion;

/** Rounds of reading before a snapshot is given up. */
export const SNAPSHOT_ATTEMPTS = 5;

/**
 * Reads every image under a label as of one moment, while others may be writing.
 *
 * A double collect: versions of all images first, then values with their versions. When both agree on every image, no
 * image changed between the end of the first and the start of the second reading, so all values stood side by side then.
 *
 * @param services Read these and no others, which saves the pages of a listing; one that is missing is an error.
 * @throws LabelNotFoundError, ServiceNotFoundError, SecureParameterError, SnapshotUnstableError when it kept changing.
 */
export async function readSnapshot(
  labels: ImageLabels,
  projectId: string,
  label: string,
  services?: readonly string[],
): Promise<readonly SnapshotImage[]> {
  let changing: readonly string[] = [];
  for (let attempt = 0; attempt < SNAPSHOT_ATTEMPTS; attempt += 1) {
    const before = await (services === undefined ? labels.list(label) : labels.describe(label, services));
    if (before.length === 0 && services?.length !== 0) throw new LabelNotFoundError(projectId, label);
    requireAll(before, services ?? [], label);
    requirePlain(before, projectId, label);
    const values = await labels.read(
      label,
      before.map(({ service }) => service),
    );
    changing = changedServices(before, values);
    if (changing.length === 0) return merge(before, values);
  }
  throw new SnapshotUnstableError(label, SNAPSHOT_ATTEMPTS, changing);
}

function requireAll(images: readonly ImageVersion[], services: readonly string[], label: string): void {
  const found = images.map(({ service }) => service);
  const missing = services.filter((service) => !found.includes(service));
  if (missing.length > 0) throw new ServiceNotFoundError(missing, `label ${label}`, found);
}

function requirePlain(images: readonly ImageVersion[], projectId: string, label: string): void {
  const secure = images.filter(({ secure }) => secure);
  if (secure.length === 0) return;
  throw new SecureParameterError(secure.map(({ service }) => imageParameterName(projectId, label, service)));
}

function merge(versions: readonly ImageVersion[], values: readonly ImageValue[]): readonly SnapshotImage[] {
  const uris = new Map(values.map(({ service, uri }) => [service, uri]));
  const images = versions.map((version) => ({ ...version, uri: uris.get(version.service) ?? "" }));
  return images.toSorted((a, b) => (a.service < b.service ? -1 : 1));
}

function changedServices(before: readonly ImageVersion[], after: readonly ImageValue[]): readonly string[] {
  const versions = new Map(after.map(({ service, version }) => [service, version]));
  return before.filter(({ service, version }) => versions.get(service) !== version).map(({ service }) => service);
}
