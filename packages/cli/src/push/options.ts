/** Option of commands that look at one repository, or at all of them. */
export const repositoryOption = {
  repository: { type: "string", describe: "host/owner/repo", defaultDescription: "every configured one" },
} as const;

/** A commit as people write it. */
export const shortSha = (sha: string): string => sha.slice(0, 12);

/** A ref as people write it. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/heads\//, "").replace(/^refs\/tags\//, "tag ");
