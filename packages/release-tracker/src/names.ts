import { InvalidInputError } from "@slipway/core";
import { requireIdentifier } from "./core/image-reference";

/** Longest name that IAM takes for a role. */
const ROLE_NAME_LENGTH = 64;

/** Checks an id that becomes a part of SSM paths and role names. @throws InvalidInputError naming `field`. */
export const requireId = (field: string, value: string): string => requireIdentifier(field, value);

/**
 * Name of a role that another account must know: `slipway-<project>-<purpose>`.
 *
 * @throws InvalidInputError when IAM would not take it.
 */
export function roleName(projectId: string, purpose: string): string {
  const name = `slipway-${projectId}-${purpose}`;
  if (name.length <= ROLE_NAME_LENGTH) return name;
  throw new InvalidInputError("projectId", `${name} is longer than the ${ROLE_NAME_LENGTH} characters of a role name`);
}

const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;

/** ARN of the drift reconciler's role of a project's tracker, for environments that know only its account. */
export const driftRoleArn = (trackerAccount: string, projectId: string): string =>
  roleArn(trackerAccount, roleName(projectId, "drift"));

/** ARN of the role that an `EnvironmentObserver` makes, for a tracker that knows only the environment's account. */
export const observerRoleArn = (environmentAccount: string, projectId: string, environmentId: string): string =>
  roleArn(environmentAccount, roleName(projectId, `${environmentId}-observer`));
