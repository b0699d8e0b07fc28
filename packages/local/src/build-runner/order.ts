import type { Build } from "@aws-sdk/client-codebuild";

/** Credentials of the session that CodeBuild has of a project's role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A build that the emulator hands over, with all overrides applied. Times are seconds, not dates. */
export interface BuildOrder {
  readonly build: Build;
  readonly credentials: RoleCredentials;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** Phases that the runner goes through, with CodeBuild's names. */
export type RunPhase =
  | "PROVISIONING"
  | "DOWNLOAD_SOURCE"
  | "INSTALL"
  | "PRE_BUILD"
  | "BUILD"
  | "POST_BUILD"
  | "UPLOAD_ARTIFACTS"
  | "FINALIZING";

/** Why a phase failed, as BatchGetBuilds tells it. */
export interface PhaseContext {
  readonly statusCode: string;
  readonly message: string;
}

/** One thing that happened to a build: one line of JSON to the emulator. */
export type BuildNews =
  | { readonly kind: "began"; readonly phase: RunPhase }
  | {
      readonly kind: "ended";
      readonly phase: RunPhase;
      readonly status: "SUCCEEDED" | "FAILED";
      readonly contexts?: readonly PhaseContext[];
    }
  /** Fields of the build's record that are known now. */
  | { readonly kind: "facts"; readonly facts: Readonly<Record<string, unknown>> }
  | { readonly kind: "done"; readonly status: "SUCCEEDED" | "FAILED" };

/** Receives what happens to a build. */
export type Tell = (news: BuildNews) => void;
