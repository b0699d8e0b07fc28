import { RELEASE_SERVICES_OUTPUT } from "../contract";
import type { ReleaseServiceOutput } from "../contract";
import type { VerifiedService } from "../core/deployment";
import { VerificationError } from "../core/errors";
import type { TrackerProgress } from "../core/progress";
import type { Images } from "../core/release";
import { judgeService } from "../core/verification";
import type { TrackerDependencies } from "./dependencies";

type Dependencies = Pick<TrackerDependencies, "services" | "sleeper" | "stopwatch" | "timing">;

/** What to verify. */
export interface VerificationRequest {
  readonly stack: string;
  /** Where services run, from the stack's output. */
  readonly targets: Readonly<Record<string, ReleaseServiceOutput>>;
  /** What they have to run. */
  readonly images: Images;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrackerProgress) => void;
}

/** What was proven, and of which services nothing can be. */
export interface Verification {
  readonly verified: Readonly<Record<string, VerifiedService>>;
  /** Services of the release that the stack does not report. */
  readonly unverified: readonly string[];
}

/**
 * Waits until the services are stable and proves by digest that each runs its image.
 *
 * @throws VerificationError naming every service that does not, and why.
 */
export async function verifyServices(deps: Dependencies, request: VerificationRequest): Promise<Verification> {
  const { targets, images } = request;
  const tracked = Object.entries(targets).filter(([service]) => images[service] !== undefined);
  const strays = tracked.flatMap(([service, { image }]) =>
    image === images[service] ? [] : [{ service, reason: `the stack gave it ${image} in place of ${images[service]}` }],
  );
  if (strays.length > 0) throw new VerificationError(strays);
  const results = await Promise.all(
    tracked.map(async ([service, target]) => ({
      service,
      target,
      ...(await awaitService(deps, request, service, target)),
    })),
  );
  const failures = results.flatMap(({ service, reason }) => (reason === undefined ? [] : [{ service, reason }]));
  if (failures.length > 0) throw new VerificationError(failures);
  return {
    verified: Object.fromEntries(
      results.map(({ service, target, digest }) => [
        service,
        { digest, cluster: target.cluster, service: target.service, container: target.container },
      ]),
    ),
    unverified: Object.keys(images).filter((service) => targets[service] === undefined),
  };
}

/** What a person reads when the stack reports no place for some services. */
export const describeUnverified = (unverified: readonly string[]): readonly string[] =>
  unverified.length === 0
    ? []
    : [`not verified, since the stack's output ${RELEASE_SERVICES_OUTPUT} has no entry: ${unverified.join(", ")}`];

async function awaitService(
  deps: Dependencies,
  { stack, images, signal, onProgress }: VerificationRequest,
  service: string,
  target: ReleaseServiceOutput,
): Promise<{ readonly digest?: string | undefined; readonly reason?: string | undefined }> {
  const start = deps.stopwatch.elapsed();
  let said = "";
  for (;;) {
    signal.throwIfAborted();
    const verdict = judgeService(await deps.services.observe(stack, target), images[service] ?? "");
    if (verdict.kind === "verified") return { digest: verdict.digest };
    if (verdict.kind === "failed") return { reason: verdict.reason };
    if (deps.stopwatch.elapsed() - start >= deps.timing.stable) {
      return { reason: `not stable within ${Math.round(deps.timing.stable / 1000)} s: ${verdict.message}` };
    }
    if (verdict.message !== said) onProgress({ kind: "service", service, message: verdict.message });
    said = verdict.message;
    await deps.sleeper.sleep(deps.timing.poll, signal);
  }
}
