import { createRequire } from "node:module";

/** Internal to Pulumi, so that it has no types. */
interface Debuggable {
  debuggablePromise(this: void, promise: Promise<unknown>, context?: unknown): Promise<unknown>;
}

/**
 * Pulumi keeps the stack trace of every promise it makes, for PULUMI_DEBUG_PROMISE_LEAKS. Under tsx each of them is
 * mapped back to the sources, which is a third of what tests of components compute. Here they are left out.
 */
const debuggable = createRequire(__filename)("@pulumi/pulumi/runtime/debuggable") as Debuggable;
const { debuggablePromise } = debuggable;
debuggable.debuggablePromise = (promise, context) => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(promise, context);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};
