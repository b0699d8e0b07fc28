/** Pause between two looks at the parent, in milliseconds. */
const LOOK_EVERY = 1000;

/** Variable in which a plugin's launcher says who started it. */
export const ENGINE_PROCESS_VARIABLE = "SLIPWAY_ENGINE_PROCESS";

/**
 * Ends this process when the one that started it is gone. The engine ends its plugins itself, but not when it is
 * killed: then they would stay for good.
 *
 * An engine that is killed while its plugin still loads has handed it to another parent by the time that this is called,
 * so the launcher's word on who the parent was counts.
 */
export function endWithParent(): void {
  const parent = Number(process.env[ENGINE_PROCESS_VARIABLE] ?? process.ppid);
  const look = (): void => {
    if (process.ppid !== parent) process.exit(0);
  };
  look();
  setInterval(look, LOOK_EVERY).unref();
}
