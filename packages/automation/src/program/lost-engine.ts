/** What the SDK keeps about a program; internal to it, so that it has no types. Held to the pinned SDK by a test. */
interface ProgramState {
  readonly terminated: boolean;
}

/**
 * Why a program fails that lost its connection to the engine while it registered resources. The SDK takes it that the engine
 * has ended then, and ends the program as if it were done; an engine that goes on would delete every resource that it was
 * not told of. See docs/decisions/018-programs-that-lose-the-engine.md.
 */
export const LOST_ENGINE =
  "the connection to Pulumi's engine broke before all resources were registered; nothing was deleted: run it again";

/** Whether the program of this process, which the engine started, has lost the engine. */
export const hasLostEngine = (): boolean =>
  (globalThis as { globalStore?: ProgramState }).globalStore?.terminated === true;

/** Waits until the resources of the inline program that calls it are registered. @throws Error when it lost the engine. */
export async function untilRegistered(): Promise<void> {
  const [{ waitForRPCs }, { getStore }] = (await Promise.all([
    import("@pulumi/pulumi/runtime/settings.js"),
    import("@pulumi/pulumi/runtime/state.js"),
  ])) as unknown as [{ waitForRPCs(): Promise<void> }, { getStore(): ProgramState }];
  await waitForRPCs();
  if (getStore().terminated) throw new Error(LOST_ENGINE);
}
