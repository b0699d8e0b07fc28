import type { ImageChange } from "./plan";
import type { Images, ReleaseChange } from "./release";

/** How `to` differs from `from`, service by service, sorted. */
export function compareReleases(from: Images, to: Images): readonly ReleaseChange[] {
  return services(from, to).map((service) => {
    const [old, next] = [from[service], to[service]];
    const change =
      old === undefined ? "added" : next === undefined ? "removed" : old === next ? "unchanged" : "changed";
    return { service, from: old, to: next, change };
  });
}

/** What a deployment would do to the environment's labels, service by service, sorted. */
export function compareLabels(labels: Images, release: Images): readonly ImageChange[] {
  return compareReleases(labels, release).map(({ service, from, to, change }) => ({
    service,
    from,
    to,
    change: change === "removed" ? "not-in-release" : change,
  }));
}

/** Whether every image of the release is what the label names already. */
export const isUnchanged = (labels: Images, release: Images): boolean =>
  Object.entries(release).every(([service, uri]) => labels[service] === uri);

const services = (...images: readonly Images[]): readonly string[] =>
  [...new Set(images.flatMap((each) => Object.keys(each)))].sort();
