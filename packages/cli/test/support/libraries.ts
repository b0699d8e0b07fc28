import { findConflicts, FLAG_NAME, targetOf } from "@slipway/data-egress/library";
import type {
  ArtefactsLibrary,
  AutomationLibrary,
  EgressLibrary,
  Libraries,
  LocalLibrary,
  PushLibrary,
  SitesLibrary,
  TrackerLibrary,
} from "../../src/libraries";

const missing = (name: string) => (): never => {
  throw new TypeError(`this test gave no ${name}`);
};

/** Libraries of which a test gives only what it expects to be called; everything else fails loudly. */
export interface FakeLibraries {
  readonly artefacts?: Partial<ArtefactsLibrary>;
  readonly automation?: Partial<AutomationLibrary>;
  readonly egress?: Partial<EgressLibrary>;
  readonly local?: Partial<LocalLibrary>;
  readonly push?: Partial<PushLibrary>;
  readonly sites?: Partial<SitesLibrary>;
  readonly tracker?: Partial<TrackerLibrary>;
}

/** Builds them. */
export function fakeLibraries({
  artefacts,
  automation,
  egress,
  local,
  push,
  sites,
  tracker,
}: FakeLibraries): Libraries {
  return {
    artefacts: async () => ({
      openArtefacts: missing("openArtefacts"),
      parseConnection: missing("parseConnection"),
      ...artefacts,
    }),
    automation: async () => ({
      destroy: missing("destroy"),
      history: missing("history"),
      inspect: missing("inspect"),
      outputs: missing("outputs"),
      preview: missing("preview"),
      readStackSettings: missing("readStackSettings"),
      recover: missing("recover"),
      refresh: missing("refresh"),
      revealOutput: missing("revealOutput"),
      unlock: missing("unlock"),
      up: missing("up"),
      ...automation,
    }),
    egress: async () => ({ findConflicts, FLAG_NAME, openEgress: missing("openEgress"), targetOf, ...egress }),
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
    sites: async () => ({ openSites: missing("openSites"), ...sites }),
    tracker: async () => ({
      findProject: missing("findProject"),
      openReleaseTracker: missing("openReleaseTracker"),
      ...tracker,
    }),
  };
}
