import type { AutomationLibrary, Libraries, LocalLibrary, PushLibrary, TrackerLibrary } from "../../src/libraries";

const missing = (name: string) => (): never => {
  throw new TypeError(`this test gave no ${name}`);
};

/** Libraries of which a test gives only what it expects to be called; everything else fails loudly. */
export interface FakeLibraries {
  readonly automation?: Partial<AutomationLibrary>;
  readonly local?: Partial<LocalLibrary>;
  readonly push?: Partial<PushLibrary>;
  readonly tracker?: Partial<TrackerLibrary>;
}

/** Builds them. */
export function fakeLibraries({ automation, local, push, tracker }: FakeLibraries): Libraries {
  return {
    automation: async () => ({
      destroy: missing("destroy"),
      history: missing("history"),
      inspect: missing("inspect"),
      outputs: missing("outputs"),
      preview: missing("preview"),
      recover: missing("recover"),
      refresh: missing("refresh"),
      revealOutput: missing("revealOutput"),
      unlock: missing("unlock"),
      up: missing("up"),
      ...automation,
    }),
    local: async () => ({
      findLocal: missing("findLocal"),
      localDown: missing("localDown"),
      localLogs: missing("localLogs"),
      localReset: missing("localReset"),
      localStatus: missing("localStatus"),
      localUp: missing("localUp"),
      pushLocalImage: missing("pushLocalImage"),
      ...local,
    }),
    push: async () => ({
      CREDENTIALS_VARIABLE: "CJ_PUSHCODE_GIT_CREDENTIALS_ID",
      openCodePush: missing("openCodePush"),
      pushOnce: missing("pushOnce"),
      ...push,
    }),
    tracker: async () => ({
      findProject: missing("findProject"),
      openReleaseTracker: missing("openReleaseTracker"),
      ...tracker,
    }),
  };
}
