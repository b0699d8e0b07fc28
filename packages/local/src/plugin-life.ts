/** Pause between two looks at the parent, in milliseconds. */
const LOOK_EVERY = 1000;

/**
 * Ends this process when the one that started it is gone. The engine ends its plugins itself, but not when it is
 * killed: then they would stay for good.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, LOOK_EVERY).unref();
}
