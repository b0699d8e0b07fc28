import { BUILD_VARIABLES as V, type BuildSettings } from "../contract";

/** What is used where a site's settings say nothing. */
export const DEFAULT_BUILD = {
  install: "npm ci",
  build: "npm run build",
  test: "true",
  output: "dist",
  timeoutMinutes: 20,
} as const;

/** Fetches one commit, without history. The credentials are never part of an address, an argument or a file. */
const DOWNLOAD = [
  `if [ "$${V.sourceKind}" = git ]; then`,
  `  git init -q . &&`,
  `  if [ -n "$${V.gitAuthorization}" ]; then`,
  `    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0="Authorization: $${V.gitAuthorization}";`,
  `  fi &&`,
  `  git fetch -q --depth 1 "https://$${V.repository}.git" "$${V.commit}" &&`,
  `  git checkout -q --detach FETCH_HEAD &&`,
  `  unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 ${V.gitAuthorization};`,
  `fi`,
].join("\n");

/** Runs a setting's command without git's credentials. */
const command = (variable: string): string => `env -u ${V.gitAuthorization} sh -ec "$${variable}"`;

/** A phase after a failed one is run by CodeBuild all the same, and must not undo what it failed for. */
const guarded = (script: string): string => `[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ] && ${script}`;

/**
 * The one buildspec of all sites. Ours and CodeBuild's phases: Download Source = DOWNLOAD_SOURCE and INSTALL,
 * Install = PRE_BUILD, Build = BUILD, Test = POST_BUILD, Archive = UPLOAD_ARTIFACTS.
 */
export const BUILDSPEC: string = JSON.stringify(
  {
    version: "0.2",
    phases: {
      install: { "on-failure": "ABORT", commands: [DOWNLOAD] },
      pre_build: { "on-failure": "ABORT", commands: [command(V.install)] },
      build: { "on-failure": "ABORT", commands: [command(V.build)] },
      post_build: { "on-failure": "ABORT", commands: [guarded(command(V.test)), guarded(`[ -d "$${V.output}" ]`)] },
    },
    artifacts: { "base-directory": `$${V.output}`, files: ["**/*"] },
  },
  undefined,
  2,
);

/** The variables that a site's settings make. */
export const settingsVariables = (build: BuildSettings = {}): Readonly<Record<string, string>> => ({
  ...build.environment,
  [V.install]: build.install ?? DEFAULT_BUILD.install,
  [V.build]: build.build ?? DEFAULT_BUILD.build,
  [V.test]: build.test ?? DEFAULT_BUILD.test,
  [V.output]: build.output ?? DEFAULT_BUILD.output,
});
