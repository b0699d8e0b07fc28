import type { SiteStore } from "../../src/core/deploy-ports";

/** What happens at a call. @param index Which call it is, from 1. */
type AtCall = (call: string, key: string, index: number) => Promise<void> | void;

/** What happens around each call that reaches the bucket; either may throw, before the call or after it took effect. */
export interface SiteHook {
  readonly before?: AtCall;
  readonly after?: AtCall;
}

/** A process that died. */
export class Died extends Error {
  override readonly name = "Died";
}

/** The same bucket with a hook around every call. Objects are removed one by one: S3 does so, too, in no certain order. */
export function hookedSite(store: SiteStore, { before, after }: SiteHook): SiteStore {
  let count = 0;
  const around = async <T>(call: string, key: string, run: () => Promise<T>): Promise<T> => {
    const index = (count += 1);
    await before?.(call, key, index);
    const result = await run();
    await after?.(call, key, index);
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
      const index = (count += 1);
      await before?.("versions", prefix, index);
      yield* store.versions(prefix);
      await after?.("versions", prefix, index);
    },
    folders: (prefix) => around("folders", prefix, () => store.folders(prefix)),
  };
}
