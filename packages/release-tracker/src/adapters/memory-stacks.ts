import type { ReleaseServiceOutput } from "../contract";
import { VerificationError } from "../core/errors";
import type { StackPreview } from "../core/plan";
import type {
  ImageLabels,
  RunningServices,
  StackOptions,
  StackOutcome,
  StackRecovery,
  StackRunner,
} from "../core/ports";
import type { Images } from "../core/release";
import { digestOf } from "../core/status";
import type { ServiceObservation } from "../core/verification";

type Running = Record<string, { image: string; failure?: string | undefined }>;

/**
 * Stacks in memory whose name is their environment's id: an update makes every labelled service run its image.
 * It is the services that run as well, so that what `up` did is what verification sees.
 */
export class MemoryStacks implements StackRunner, RunningServices {
  /** Image URIs whose tasks exit at once. */
  readonly crashing = new Set<string>();
  /** When set, the next updates fail with it. */
  broken: string | undefined;
  /** When set, no update can begin: it is what the attempt is refused with. */
  locked: Error | undefined;
  /** Creations that nobody can prove, as an update that was killed leaves them. */
  pending: string[] = [];
  /** What each update found in the labels, in order. */
  readonly updates: Images[] = [];

  private readonly stacks = new Map<string, Running>();

  constructor(private readonly labels: ImageLabels) {}

  async preview(stack: string, images: Images): Promise<StackPreview> {
    const running = this.stacks.get(stack) ?? {};
    const update = Object.entries(images).filter(([service, image]) => running[service]?.image !== image).length;
    return { changes: { update, same: Object.keys(images).length - update } };
  }

  async up(stack: string, _message: string, { signal, onEvent }: StackOptions): Promise<StackOutcome> {
    signal?.throwIfAborted();
    const services = (await this.labels.list(stack)).map(({ service }) => service);
    const values = await this.labels.read(stack, services);
    const images = Object.fromEntries(values.map(({ service, uri }) => [service, uri]));
    this.updates.push(images);
    if (this.broken !== undefined) throw new VerificationError([{ service: stack, reason: this.broken }]);
    const running = Object.entries(images).map(([service, image]) => {
      onEvent?.({ message: `finished: update ${service}` });
      return [service, { image, failure: this.crashing.has(image) ? "essential container exited with 1" : undefined }];
    });
    this.stacks.set(stack, Object.fromEntries(running));
    return this.current(stack);
  }

  async requireReady(): Promise<void> {
    if (this.locked !== undefined) throw this.locked;
  }

  async current(stack: string): Promise<StackOutcome> {
    const running = Object.entries(this.stacks.get(stack) ?? {});
    const output = (service: string, image: string): ReleaseServiceOutput => ({
      cluster: stack,
      service,
      container: service,
      image,
    });
    return { services: Object.fromEntries(running.map(([service, { image }]) => [service, output(service, image)])) };
  }

  async recover(
    _stack: string,
    { dryRun, clearPendingCreates }: { readonly dryRun: boolean; readonly clearPendingCreates: boolean },
  ): Promise<StackRecovery> {
    const findings = this.pending.map((name) => `creation of ${name} was interrupted`);
    if (clearPendingCreates && !dryRun) this.pending = [];
    return { outcome: this.pending.length > 0 ? "needs-attention" : "recovered", findings };
  }

  async observe(stack: string, { service }: ReleaseServiceOutput): Promise<ServiceObservation> {
    const running = this.stacks.get(stack)?.[service];
    const common = { desired: 1, deployments: 1, stopped: [], image: running?.image };
    if (running === undefined) return { ...common, running: 0, rollout: "in-progress", digests: [] };
    if (running.failure !== undefined) {
      return { ...common, running: 0, rollout: "failed", rolloutReason: running.failure, digests: [] };
    }
    return { ...common, running: 1, rollout: "completed", digests: [digestOf(running.image)] };
  }

  /** Makes a service run something else behind everybody's back. */
  drift(stack: string, service: string, image: string): void {
    this.stacks.set(stack, { ...this.stacks.get(stack), [service]: { image } });
  }
}
