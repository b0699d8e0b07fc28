/** What the project manifest says of an environment, as far as protection goes. */
export interface EnvironmentRules {
  readonly stack: string;
  readonly requires?: string | undefined;
  readonly windows?: readonly unknown[] | undefined;
  readonly freezes?: readonly unknown[] | undefined;
}

/**
 * Whether destroying a stack takes its name typed.
 *
 * Protected are the stack that holds the tracker, because every record of what was released goes with it, and each
 * environment that the manifest guards: one that waits for another environment, or has deploy windows or freezes.
 */
export function isProtected(stack: string, environments: readonly EnvironmentRules[], trackerStack: string): boolean {
  if (stack === trackerStack) return true;
  return environments.some(
    (environment) =>
      environment.stack === stack &&
      (environment.requires !== undefined || isFilled(environment.windows) || isFilled(environment.freezes)),
  );
}

const isFilled = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;
