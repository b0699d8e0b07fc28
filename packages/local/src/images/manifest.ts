import { LocalImageError } from "./errors";

/** Annotation of an OCI manifest that holds the command line of a local image: a JSON array of text. */
export const COMMAND_ANNOTATION = "dev.slipway.local.command";

/** Annotation of an OCI manifest that holds the environment of a local image: a JSON object of text. */
export const ENVIRONMENT_ANNOTATION = "dev.slipway.local.environment";

/** Annotation of an OCI manifest that names the Git commit an image was built from. */
export const REVISION_ANNOTATION = "org.opencontainers.image.revision";

/** Media type of the manifest that a local image is stored as. */
export const MANIFEST_MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** What the task runner starts instead of a container's file system. */
export interface LocalImage {
  /** The program and its arguments; run without a shell. Paths are absolute: the working folder is the task's own. */
  readonly command: readonly [string, ...string[]];
  /** Variables the image brings along; those of the task definition win. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The empty JSON blob that OCI prescribes where an artefact has no content of its own. */
const EMPTY_BLOB = {
  mediaType: "application/vnd.oci.empty.v1+json",
  digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  size: 2,
};

/**
 * The manifest of a local image, as text. The same command, environment and revision give the same bytes, and so the
 * same digest.
 *
 * @param revision Git commit that it is built from. @default none
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidelines-for-artifact-usage
 */
export function writeManifest({ command, environment }: LocalImage, revision?: string): string {
  const sorted = Object.fromEntries(Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_MEDIA_TYPE,
    artifactType: "application/vnd.slipway.local-image",
    config: EMPTY_BLOB,
    layers: [EMPTY_BLOB],
    annotations: {
      [COMMAND_ANNOTATION]: JSON.stringify(command),
      [ENVIRONMENT_ANNOTATION]: JSON.stringify(sorted),
      ...(revision !== undefined && { [REVISION_ANNOTATION]: revision }),
    },
  });
}

/**
 * The local image that a manifest describes, or undefined when it describes something else, e.g. a real image.
 *
 * @throws {LocalImageError} when it has the annotations of a local image and they are malformed.
 */
export function parseManifest(manifest: string): LocalImage | undefined {
  const annotations = annotationsOf(parseJson("manifest", manifest));
  const command = annotations[COMMAND_ANNOTATION];
  if (command === undefined) return undefined;
  return {
    command: commandFrom(parseJson(COMMAND_ANNOTATION, command)),
    environment: environmentFrom(parseJson(ENVIRONMENT_ANNOTATION, annotations[ENVIRONMENT_ANNOTATION] ?? "{}")),
  };
}

function annotationsOf(manifest: unknown): Record<string, string | undefined> {
  if (!isRecord(manifest) || !isRecord(manifest["annotations"])) return {};
  const entries = Object.entries(manifest["annotations"]);
  return Object.fromEntries(entries.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
}

function commandFrom(value: unknown): [string, ...string[]] {
  const words = Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
  const [program, ...rest] = words;
  if (!Array.isArray(value) || words.length !== value.length || !program) {
    throw new LocalImageError(COMMAND_ANNOTATION, "must be a JSON array of text that starts with a program");
  }
  return [program, ...rest];
}

function environmentFrom(value: unknown): Record<string, string> {
  if (!isRecord(value)) throw new LocalImageError(ENVIRONMENT_ANNOTATION, "must be a JSON object");
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (typeof text !== "string") {
        throw new LocalImageError(ENVIRONMENT_ANNOTATION, `must hold text only, ${name} does not`);
      }
      return [name, text];
    }),
  );
}

function parseJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LocalImageError(what, "is not JSON", { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
