/** Option of commands that look at a part of the keys. */
export const prefixOption = { prefix: { type: "string", describe: "Only keys that begin so" } } as const;

/** Option of commands that list keys. */
export const keyLimitOption = { limit: { type: "number", default: 100, describe: "How many to list" } } as const;
