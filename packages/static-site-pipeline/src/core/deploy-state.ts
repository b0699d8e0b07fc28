import * as z from "zod/mini";
import { UnreadableSiteStateError } from "./deploy-errors";
import { manifestSchema, manifestText, readFiles, rememberText, type SiteFiles } from "./site-manifest";

const batchSchema = z.object({ reference: z.string(), paths: z.readonly(z.array(z.string())) });

const releaseSchema = z.object({
  /** Id, unique in the site. */
  id: z.string(),
  /** Rising number of what was deployed: the newest one is live, unless somebody went back on purpose. */
  sequence: z.number(),
  /** See `manifestDigest`. */
  digest: z.string(),
  /** ISO 8601. */
  publishedAt: z.string(),
  /** ISO 8601; while it is live there is none. */
  replacedAt: z.optional(z.string()),
  commit: z.optional(z.string()),
  branch: z.optional(z.string()),
  message: z.optional(z.string()),
  requestedBy: z.string(),
});

const claimSchema = z.object({
  id: z.string(),
  kind: z.enum(["deploy", "rollback", "prune", "repair", "back-out", "removal"]),
  holder: z.string(),
  /** Counts the signs of life. */
  beats: z.number(),
  /** Files that may be changed under this claim, or were under one that it took over. */
  touches: z.readonly(z.array(z.string())),
  /** What is left to do for a release that is live already. */
  finish: z.object({ remove: z.readonly(z.array(z.string())), invalidate: z.readonly(z.array(batchSchema)) }),
});

const lockSchema = z.object({ holder: z.string(), reason: z.string(), since: z.string() });

const stateSchema = z.object({
  schema: z.literal(1),
  /** Rises with every claim. */
  fence: z.number(),
  /** Of the newest that was accepted, whether it is live by now or not. */
  sequence: z.number(),
  /** Name of the branch, of a preview. */
  branch: z.optional(z.string()),
  /** Which write this is: tells whether a write whose answer was lost took effect. */
  mark: z.string(),
  /** Kept releases, last published first; the first is live. */
  releases: z.readonly(z.array(releaseSchema)),
  live: manifestSchema,
  lock: z.optional(lockSchema),
  claim: z.optional(claimSchema),
  /** Files with versions that no manifest tells of. */
  leftovers: z.readonly(z.array(z.string())),
  /** Files that a holder whose claim was taken over may still write: seen to with the next change. */
  suspects: z.readonly(z.array(z.string())),
  /** Releases that are kept no more, and whose versions are not all removed yet. */
  pruning: z.readonly(z.array(z.string())),
});

/** A release that is kept. */
export type SiteRelease = Readonly<z.infer<typeof releaseSchema>>;
/** Who is changing the site right now. */
export type SiteClaim = Readonly<z.infer<typeof claimSchema>>;
/** What must be done once a release is live. */
export type Finish = SiteClaim["finish"];
/** Who holds publishing back, and why. */
export type SiteLock = Readonly<z.infer<typeof lockSchema>>;

/** The pointer: what is live, and who is changing it. */
export type SiteState = Readonly<Omit<z.infer<typeof stateSchema>, "live" | "schema">> & {
  /** Files that are live. */
  readonly live: SiteFiles;
};

/** A site that nothing was ever deployed to. */
export const EMPTY_STATE: SiteState = {
  fence: 0,
  sequence: 0,
  mark: "",
  releases: [],
  live: new Map(),
  leftovers: [],
  suspects: [],
  pruning: [],
};

/** Nothing to do. */
export const NOTHING_TO_FINISH: Finish = { remove: [], invalidate: [] };

const LIVE = ',"live":';

/** Text of the pointer object. The files come last, in the very words of their manifest. */
export const stateText = ({ live, ...state }: SiteState): string =>
  `${JSON.stringify({ schema: 1, ...state }).slice(0, -1)}${LIVE}${manifestText(live)}}`;

/** What a pointer object tells. @throws UnreadableSiteStateError */
export function parseState(key: string, text: string): SiteState {
  try {
    const { live: stored, schema: _schema, ...state } = stateSchema.parse(JSON.parse(text));
    const live = readFiles(stored);
    // Inside of a text there would be a backslash before the quotes.
    const start = text.indexOf(LIVE);
    if (start !== -1) rememberText(live, text.slice(start + LIVE.length, -1));
    return { ...state, live };
  } catch (cause) {
    throw new UnreadableSiteStateError(key, { cause });
  }
}

/** What somebody who wants to change the site asks for. */
export interface ClaimRequest {
  readonly id: string;
  readonly kind: SiteClaim["kind"];
  readonly holder: string;
  readonly touches: readonly string[];
  /** Of the preview. */
  readonly branch?: string | undefined;
  /** Of the release, when it is a new one. */
  readonly sequence?: number | undefined;
}

/** Paths that the claim before, or one that was taken over, may have left otherwise than the manifest tells. */
export const dirtyPaths = ({ claim, suspects }: SiteState): ReadonlySet<string> =>
  new Set([...(claim?.touches ?? []), ...suspects]);

/** The state with a claim. What one that is still there had not finished is taken over. */
export function withClaim(state: SiteState, request: ClaimRequest): SiteState {
  const { claim: dead } = state;
  const touches = [...new Set([...request.touches, ...dirtyPaths(state)])];
  return {
    ...state,
    fence: state.fence + 1,
    branch: request.branch ?? state.branch,
    sequence: Math.max(state.sequence, request.sequence ?? 0),
    suspects: dead?.touches ?? [],
    claim: {
      id: request.id,
      kind: request.kind,
      holder: request.holder,
      beats: 0,
      touches,
      finish: dead?.finish ?? NOTHING_TO_FINISH,
    },
  };
}

/** The state with a sign of life. */
export const withBeat = (state: SiteState): SiteState =>
  state.claim === undefined ? state : { ...state, claim: { ...state.claim, beats: state.claim.beats + 1 } };

/** The state without a claim. */
export const withoutClaim = ({ claim: _claim, ...state }: SiteState): SiteState => state;

/** What a publication made. */
export interface Published {
  /** Nothing when no release is live, as before the first one. */
  readonly release: SiteRelease | undefined;
  readonly files: SiteFiles;
  readonly finish: Finish;
  readonly leftovers: readonly string[];
}

/** The state once a release is live; the claim stays while something is left to do. */
export function withLive(state: SiteState, { release, files, finish, leftovers }: Published): SiteState {
  const earlier = state.releases
    .filter(({ id }) => id !== release?.id)
    .map((each) => (each.replacedAt === undefined && release !== undefined ? replaced(each, release) : each));
  const releases = release === undefined ? earlier : [release, ...earlier];
  const merged = { ...state, live: files, releases, leftovers: union(state.leftovers, leftovers) };
  const { claim } = state;
  if (claim === undefined) return merged;
  const left = joinFinish(claim.finish, finish, files);
  const done = left.remove.length + left.invalidate.length === 0;
  return done ? withoutClaim(merged) : { ...merged, claim: { ...claim, touches: [], finish: left } };
}

const replaced = (release: SiteRelease, by: SiteRelease): SiteRelease => ({ ...release, replacedAt: by.publishedAt });

/** Both, each once. */
export const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

/** What an earlier release had removed may be there again. */
const joinFinish = (a: Finish, b: Finish, live: SiteFiles): Finish => ({
  remove: union(a.remove, b.remove).filter((path) => !live.has(path)),
  invalidate: [...a.invalidate, ...b.invalidate],
});
