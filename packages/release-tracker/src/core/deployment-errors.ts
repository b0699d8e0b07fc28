import { SlipwayError } from "@slipway/core";

/** Another deployment of the same environment is running. */
export class EnvironmentLockedError extends SlipwayError {
  override readonly name = "EnvironmentLockedError";
  readonly code = "environment-locked";
  override readonly retryable = true;

  constructor(
    readonly environmentId: string,
    readonly holder: {
      readonly name: string;
      readonly since: string;
      readonly fencing: number;
      /** How long its lease lives without a sign of it. */
      readonly milliseconds: number;
    },
  ) {
    const life = Math.ceil(holder.milliseconds / 1000);
    // A watcher looks six times per life, and once more after it.
    const watch = Math.ceil((holder.milliseconds / 1000) * (7 / 6));
    super(`${environmentId} is locked by ${holder.name} since ${holder.since} (lease ${holder.fencing})`, {
      hint: `wait for it to end; if its holder died, repeat this ${life} s after its last sign of life: the lease is then watched, and taken ${watch} s later at the latest`,
    });
  }
}

/** This process no longer holds the environment: whatever it wanted to write was refused. */
export class LeaseLostError extends SlipwayError {
  override readonly name = "LeaseLostError";
  readonly code = "lease-lost";

  constructor(
    readonly environmentId: string,
    readonly fencing: number,
  ) {
    super(`lease ${fencing} of ${environmentId} is no longer held by this process`, {
      hint: "see the environment's history: the next deployment settles this one",
    });
  }
}

/** A stored deployment cannot move to the wanted status. */
export class IllegalStatusError extends SlipwayError {
  override readonly name = "IllegalStatusError";
  readonly code = "illegal-status";

  constructor(
    readonly deploymentId: string,
    readonly from: string,
    readonly to: string,
  ) {
    super(`deployment ${deploymentId} cannot move from ${from} to ${to}`);
  }
}

/** There is no earlier good release to go back to. */
export class NoEarlierReleaseError extends SlipwayError {
  override readonly name = "NoEarlierReleaseError";
  readonly code = "no-earlier-release";

  constructor(readonly environmentId: string) {
    super(`${environmentId} has no earlier successful release to roll back to`, { hint: "name a release to deploy" });
  }
}

/** What runs is not what was released. */
export class VerificationError extends SlipwayError {
  override readonly name = "VerificationError";
  readonly code = "verification-failed";

  constructor(readonly failures: readonly { readonly service: string; readonly reason: string }[]) {
    super(failures.map(({ service, reason }) => `${service}: ${reason}`).join("; "), {
      hint: "read the stopped task's reason and the service's logs",
    });
  }
}

/** Nothing was ever deployed there. */
export class NothingDeployedError extends SlipwayError {
  override readonly name = "NothingDeployedError";
  readonly code = "nothing-deployed";

  constructor(readonly environmentId: string) {
    super(`${environmentId} has no successful deployment`, { hint: "deploy a release to it first" });
  }
}

/** A service that the stack reports is not in ECS. */
export class ServiceNotRunningError extends SlipwayError {
  override readonly name = "ServiceNotRunningError";
  readonly code = "service-not-running";

  constructor(
    readonly service: string,
    readonly cluster: string,
  ) {
    super(`service ${service} is not in cluster ${cluster}`, { hint: "bring up the environment's stack" });
  }
}

/** The stack's `releaseServices` output has not the agreed shape. */
export class StackOutputError extends SlipwayError {
  override readonly name = "StackOutputError";
  readonly code = "stack-output";

  constructor(
    readonly stackName: string,
    readonly problem: string,
  ) {
    super(`stack ${stackName}: output releaseServices: ${problem}`, {
      hint: "export what TrackedEnvironment.track() collected, under that name",
    });
  }
}
