import { InvalidInputError } from "@slipway/core";
import { parseJson } from "./compare";
import { NotInStandInError } from "./errors";
import { requireLoopback } from "./loopback";
import { isBlank, isProps, type Props } from "./plain";
import { UNKNOWN } from "./wire";

/** One step of the provider's `assumeRoles` chain. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly externalId?: string;
  readonly policy?: string;
  /** Seconds; default 3600. */
  readonly durationSeconds?: number;
}

/** A configured provider. */
export interface Settings {
  readonly region: string;
  /** Endpoint of every service without one of its own. */
  readonly endpoint: string | undefined;
  /** Endpoints by service name, e.g. `dynamodb`. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly token: string | undefined;
  readonly assumeRoles: readonly AssumedRole[];
  readonly defaultTags: Readonly<Record<string, string>>;
  /** Empty: any account. */
  readonly allowedAccountIds: readonly string[];
  readonly forbiddenAccountIds: readonly string[];
}

/** Honoured, or without meaning on an emulator (the checks that they skip are not made). */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set([
  "accessKey",
  "allowedAccountIds",
  "assumeRoles",
  "defaultTags",
  "endpoints",
  "forbiddenAccountIds",
  "region",
  "s3UsePathStyle",
  "secretKey",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "stsRegion",
  "token",
  "version",
  "pluginDownloadURL",
]);

/** Other names of a service in the `endpoints` option, as the official provider takes them. */
const SERVICE_ALIASES: Readonly<Record<string, string>> = {
  cloudwatchlog: "logs",
  cloudwatchlogs: "logs",
  cloudwatchevents: "events",
  eventbridge: "events",
};

const ASSUME_ROLE_FIELDS = ["roleArn", "sessionName", "externalId", "policy", "duration"];
const SECONDS_PER = { h: 3600, m: 60, s: 1 } as const;

/** Names of the options that the stand-in does not know; an absent value counts as not given. */
export function unknownOptions(options: Props): string[] {
  return Object.keys(options).filter(
    (name) =>
      !KNOWN_OPTIONS.has(name) && !name.startsWith("__") && !isBlank(options[name]) && options[name] !== "false",
  );
}

/** Go duration (`1h30m`) in seconds. */
function durationSeconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([hms])/g)];
  if (parts.map(([whole]) => whole).join("") !== duration) {
    throw new InvalidInputError("assumeRoles.duration", `\`${duration}\` is no duration`, "write it as in 1h or 30m");
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS_PER[unit as keyof typeof SECONDS_PER], 0);
}

function assumedRole(item: unknown): AssumedRole {
  const role = isProps(item) ? item : {};
  const stranger = Object.keys(role).find((key) => !ASSUME_ROLE_FIELDS.includes(key) && !isBlank(role[key]));
  if (stranger !== undefined) throw new NotInStandInError("provider option", `assumeRoles.${stranger}`);
  const text = (key: string): string | undefined => (typeof role[key] === "string" ? role[key] : undefined);
  const [roleArn, duration] = [text("roleArn"), text("duration")];
  if (roleArn === undefined) throw new InvalidInputError("assumeRoles", "an item has no roleArn");
  return {
    roleArn,
    ...(text("sessionName") !== undefined && { sessionName: text("sessionName") }),
    ...(text("externalId") !== undefined && { externalId: text("externalId") }),
    ...(text("policy") !== undefined && { policy: text("policy") }),
    ...(duration !== undefined && { durationSeconds: durationSeconds(duration) }),
  };
}

function endpointsByService(option: unknown): Record<string, string> {
  const endpoints: Record<string, string> = {};
  for (const item of Array.isArray(option) ? option : []) {
    for (const [service, url] of Object.entries(isProps(item) ? item : {})) {
      if (typeof url === "string" && url !== "") endpoints[SERVICE_ALIASES[service] ?? service] = requireLoopback(url);
    }
  }
  return endpoints;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/**
 * Reads provider options (structured ones arrive as JSON text) over the ambient environment.
 * @throws NotInStandInError for an option that is not known; NotLoopbackError for an endpoint elsewhere;
 * InvalidInputError when region or credentials are missing.
 */
export function parseSettings(options: Props, env: NodeJS.ProcessEnv): Settings {
  const [stranger] = unknownOptions(options);
  if (stranger !== undefined) throw new NotInStandInError("provider option", stranger);
  const text = (name: string, ...variables: string[]): string | undefined => {
    const given = options[name];
    if (typeof given === "string" && given !== "" && given !== UNKNOWN) return given;
    return variables.map((variable) => env[variable]).find((value) => value !== undefined && value !== "");
  };
  const need = (name: string, ...variables: string[]): string => {
    const value = text(name, ...variables);
    if (value === undefined) {
      throw new InvalidInputError(`aws:${name}`, "is not set", `set it in the stack, or ${variables[0]}`);
    }
    return value;
  };
  const tags = parseJson(options["defaultTags"]);
  const roles = parseJson(options["assumeRoles"]);
  const endpoints = endpointsByService(parseJson(options["endpoints"]));
  const endpoint = env["AWS_ENDPOINT_URL"];
  if (endpoint !== undefined || Object.keys(endpoints).length === 0) requireLoopback(endpoint);
  return {
    region: need("region", "AWS_REGION", "AWS_DEFAULT_REGION"),
    endpoint,
    endpoints,
    accessKey: need("accessKey", "AWS_ACCESS_KEY_ID"),
    secretKey: need("secretKey", "AWS_SECRET_ACCESS_KEY"),
    token: text("token", "AWS_SESSION_TOKEN"),
    assumeRoles: (Array.isArray(roles) ? roles : []).map(assumedRole),
    defaultTags: isProps(tags) && isProps(tags["tags"]) ? stringMap(tags["tags"]) : {},
    allowedAccountIds: texts(parseJson(options["allowedAccountIds"])),
    forbiddenAccountIds: texts(parseJson(options["forbiddenAccountIds"])),
  };
}

function stringMap(props: Props): Record<string, string> {
  return Object.fromEntries(Object.entries(props).map(([key, value]) => [key, String(value)]));
}
