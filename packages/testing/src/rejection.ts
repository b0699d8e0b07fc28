/** The error that a promise is rejected with; fails when it is not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new TypeError(`rejected with ${String(error)}, which is no Error`, { cause: error });
  }
  throw new Error("expected a rejection and got a value");
}

/**
 * Proves that a check can fail: runs it on code whose guard is removed, and fails unless the check's own expectation
 * does. Any other error is no proof, since the mutant may just not run.
 *
 * @returns what the check said about the mutant.
 */
export async function caughtBy(check: () => Promise<unknown>): Promise<string> {
  const outcome = await check().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome === undefined) throw new Error("the check passes with the guard removed: it proves nothing");
  const failed = [outcome, outcome instanceof Error ? outcome.cause : undefined].find(isExpectation);
  if (failed === undefined) throw outcome;
  return failed.message;
}

const isExpectation = (error: unknown): error is Error => error instanceof Error && error.name === "AssertionError";
