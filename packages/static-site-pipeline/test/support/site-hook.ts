import type { SiteStore } from "../../src/core/deploy-ports";

/** What happens around each call that reaches the bucket; either may throw, before the call or after it took effect. */
export interface SiteHook {
  readonly before?: (call: string, key: string) => Promise<void> | void;
  readonly after?: (call: string, key: string) => Promise<void> | void;
}

/** A process that died. */
export class Died extends Error {
  override readonly name = "Died";
}

/** The same bucket with a hook around every call. Objects are removed one by one: S3 does so, too, in no certain order. */
export function hookedSite(store: SiteStore, { before, after }: SiteHook): SiteStore {
  const around = async <T>(call: string, key: string, run: () => Promise<T>): Promise<T> => {
    await before?.(call, key);
    const result = await run();
    await after?.(call, key);
    return result;
  };
  return {
    readText: (key) => around("readText", key, () => store.readText(key)),
    writeText: (key, text, condition) => around("writeText", key, () => store.writeText(key, text, condition)),
    put: (key, file, headers) => around("put", key, () => store.put(key, file, headers)),
    restore: (key, versionId) => around("restore", key, () => store.restore(key, versionId)),
    head: (key) => around("head", key, () => store.head(key)),
    remove: async (objects) => {
      for (const each of objects) await around("remove", each.key, () => store.remove([each]));
    },
    versions: async function* (prefix) {
      await before?.("versions", prefix);
      yield* store.versions(prefix);
      await after?.("versions", prefix);
    },
    folders: (prefix) => around("folders", prefix, () => store.folders(prefix)),
  };
}
