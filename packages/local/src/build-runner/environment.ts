import { dirname, delimiter } from "node:path";
import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { EnvironmentVariable } from "@aws-sdk/client-codebuild";
import type { Buildspec } from "./buildspec";
import { callFailed, PhaseFailedError } from "./errors";
import type { BuildOrder } from "./order";

/** What a build finds out of the runner's own surroundings, and where its folders are. */
export interface BuildPlace {
  /** URL of the emulator. */
  readonly endpoint: string;
  /** Search path for programs: a build has no image to bring its own. */
  readonly searchPath: string;
  /** Its home; made for it. */
  readonly home: string;
  /** Folder of its source. */
  readonly source: string;
}

/** Where values that are named by reference are read. */
export interface ValueReaders {
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
}

/** Variables that CodeBuild gives to every build; nothing of the runner's own is among them but the search path. */
export function ownVariables({ build, credentials, region }: BuildOrder, place: BuildPlace): Record<string, string> {
  const [project = "", uuid = ""] = (build.id ?? "").split(":");
  return {
    PATH: [dirname(process.execPath), place.searchPath].join(delimiter),
    HOME: place.home,
    TMPDIR: place.home,
    LANG: "C.UTF-8",
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_ENDPOINT_URL: place.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EC2_METADATA_DISABLED: "true",
    NO_PROXY: "127.0.0.1,localhost,.localhost",
    no_proxy: "127.0.0.1,localhost,.localhost",
    CODEBUILD_CI: "true",
    CODEBUILD_BUILD_ARN: build.arn ?? "",
    CODEBUILD_BUILD_ID: build.id ?? "",
    CODEBUILD_BUILD_IMAGE: build.environment?.image ?? "",
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber ?? ""),
    CODEBUILD_BUILD_SUCCEEDING: "1",
    CODEBUILD_INITIATOR: build.initiator ?? "",
    CODEBUILD_KMS_KEY_ID: build.encryptionKey ?? "",
    CODEBUILD_LOG_PATH: uuid,
    CODEBUILD_PROJECT_NAME: project,
    CODEBUILD_SOURCE_REPO_URL: build.source?.location ?? "",
    CODEBUILD_SOURCE_VERSION: build.sourceVersion ?? "",
    CODEBUILD_SRC_DIR: place.source,
    CODEBUILD_START_TIME: String(Math.round(Number(build.startTime ?? 0) * 1000)),
  };
}

/** The buildspec's variables, and over them those of project and StartBuild. */
export async function givenVariables(
  spec: Pick<Buildspec, "variables" | "parameters" | "secrets">,
  given: readonly EnvironmentVariable[],
  readers: ValueReaders,
): Promise<Record<string, string>> {
  const parameters = Object.entries(spec.parameters).map(([name, value]) => ({ name, value, type: "PARAMETER_STORE" }));
  const secrets = Object.entries(spec.secrets).map(([name, value]) => ({ name, value, type: "SECRETS_MANAGER" }));
  const values: Record<string, string> = { ...spec.variables };
  for (const { name = "", value = "", type } of [...parameters, ...secrets, ...given]) {
    if (name.startsWith("CODEBUILD_")) throw new PhaseFailedError("CLIENT_ERROR", `${name}: CODEBUILD_ is reserved`);
    values[name] = await valueOf(value, type, readers);
  }
  return values;
}

async function valueOf(value: string, type: string | undefined, { ssm, secrets }: ValueReaders): Promise<string> {
  try {
    if (type === "PARAMETER_STORE") {
      const found = await ssm.send(new GetParameterCommand({ Name: value, WithDecryption: true }));
      return found.Parameter?.Value ?? "";
    }
    return type === "SECRETS_MANAGER" ? await secretValue(value, secrets) : value;
  } catch (error) {
    throw error instanceof PhaseFailedError ? error : callFailed(`variable from ${value}`, error);
  }
}

/** `secret-id:json-key:version-stage:version-id`, where the id may be an ARN, which has colons of its own. */
async function secretValue(reference: string, client: SecretsManagerClient): Promise<string> {
  const [, arn, rest] = /^(arn:[^:]+:secretsmanager:[^:]*:\d*:secret:[^:]+)(.*)$/.exec(reference) ?? [];
  const [name = "", key = "", VersionStage, VersionId] =
    arn === undefined ? reference.split(":") : [arn, ...(rest ?? "").split(":").slice(1)];
  const { SecretString = "" } = await client.send(
    new GetSecretValueCommand({
      SecretId: name,
      ...(VersionStage ? { VersionStage } : {}),
      ...(VersionId ? { VersionId } : {}),
    }),
  );
  if (key === "") return SecretString;
  const found = (JSON.parse(SecretString) as Record<string, unknown>)[key];
  if (found === undefined) throw new PhaseFailedError("CLIENT_ERROR", `secret ${name} has no key ${key}`);
  return String(found);
}
