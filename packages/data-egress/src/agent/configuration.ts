import { InvalidInputError } from "@slipway/core";
import { posix } from "node:path";
import { RE2JS } from "re2js";
import { parse } from "yaml";
import { z } from "zod";
import { AGENT_SECRETS, VOLUME_PATH } from "../agent-contract";
import { problemOfFolder } from "./names";

/** One step of a route, in order: a new name for what follows, or a place where the file goes under the name so far. */
export type Action =
  | { readonly kind: "rename"; readonly regex: RE2JS; readonly replacement: string }
  /** `folder` is below the volume's root. */
  | { readonly kind: "write"; readonly folder: string }
  /** `mustConfirm`: an answer that does not name the SHA-256 that was received is a failure. */
  | { readonly kind: "request"; readonly url: string; readonly mustConfirm: boolean };

/** Where the files of one folder go. */
export interface Route {
  readonly name: string;
  /** Folder below the volume's root. */
  readonly folder: string;
  /** The whole name must match. */
  readonly filenameRegex: RE2JS;
  readonly actions: readonly Action[];
  /** Folder below the volume's root, for files that were given up. Without one, those of orders are deleted. */
  readonly errorFolder?: string | undefined;
  /** Otherwise what was sent is kept in the folder `.sent` beside it. */
  readonly deleteOnSend: boolean;
  /** Files of this route that are sent at the same time. */
  readonly concurrency: number;
}

/** How often and when a file that could not be sent is sent again. Times in milliseconds. */
export interface Retries {
  readonly maximumRedeliveries: number;
  readonly redeliveryDelay: number;
  readonly backOffMultiplier: number;
  readonly maximumRedeliveryDelay: number;
}

/** When a file that nobody ordered counts as finished: unchanged between two looks, and not touched lately. Milliseconds. */
export interface ReadLock {
  readonly checkInterval: number;
  readonly minAge: number;
}

/** Everything that the agent is told. Times in milliseconds. */
export interface AgentConfiguration {
  readonly routes: readonly Route[];
  readonly retries: Retries;
  /** Absent: only what orders name is sent. */
  readonly readLock?: ReadLock | undefined;
  /** How long a recipient may say nothing. */
  readonly timeout: number;
  readonly connectionTimeout: number;
  /** Header that the API key is sent in, where there is one. */
  readonly apiKeyHeader: string;
}

const milliseconds = z.union([
  z.number().nonnegative(),
  z
    .string()
    .regex(/^\d+ms$/, 'is no number of milliseconds, e.g. 20000 or "20000ms"')
    .transform((text) => Number(text.slice(0, -2))),
]);

const actionSchema = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("renameFile"),
    properties: z.strictObject({ rename_regex: z.string().min(1), rename_replacement: z.string() }),
  }),
  z.strictObject({ name: z.literal("writeFile"), properties: z.strictObject({ destination: z.string() }) }),
  z.strictObject({
    name: z.literal("httpRequest"),
    properties: z.strictObject({ destination: z.string(), mustConfirm: z.boolean().default(false) }),
  }),
]);

const workers = z.number().int().min(1).max(64);

const routeSchema = z.strictObject({
  name: z.string().min(1),
  source: z.string(),
  actions: z.array(actionSchema).min(1),
  errorFolder: z.string().optional(),
  deleteOnSend: z.boolean().default(true),
  filenameRegex: z.string().default(".*"),
  threadPoolSize: workers.default(1),
  maxThreadPoolSize: workers.optional(),
});

/** The original's file, without what is a secret or would switch off a check. */
const schema = z.strictObject({
  sender: z.strictObject({
    retryBehaviour: z
      .strictObject({
        backOffMultiplier: z.number().min(1).default(2),
        maximumRedeliveries: z.number().int().min(0).default(3),
        redeliveryDelay: milliseconds.default(600_000),
        maximumRedeliveryDelay: milliseconds.default(3_600_000),
      })
      .prefault({}),
    routes: z.array(routeSchema).min(1),
  }),
  readLock: z
    .strictObject({
      checkInterval: milliseconds.default(20_000),
      minAge: milliseconds.default(20_000),
      /** The original gave up waiting for a file after this; here nothing waits for one. */
      timeout: milliseconds.optional(),
    })
    .optional(),
  httpClient: z
    .strictObject({
      timeout: milliseconds.default(3_600_000),
      connectionTimeout: milliseconds.default(20_000),
      apiKeyHeader: z
        .string()
        .regex(/^[A-Za-z0-9-]+$/)
        .default("apikey"),
    })
    .prefault({}),
});

type RawRoute = z.infer<typeof routeSchema>;

/** Settings of the original that are not taken over, with what to do about each. */
const REFUSED: Readonly<Record<string, string>> = {
  apikey: `a secret does not belong here: put it into ${AGENT_SECRETS.apiKey}`,
  "httpClient.tls": `leave it out: keys and passwords come from ${AGENT_SECRETS.keystore} and the like, TLS is 1.2 or newer, and host names are always verified`,
};

/**
 * Reads the agent's configuration, YAML or JSON, of the original's shape.
 *
 * @param name What a person calls it, for errors.
 * @throws InvalidInputError naming the setting, in one line.
 */
export function readConfiguration(text: string, name: string): AgentConfiguration {
  const raw = parseText(text, name);
  for (const [path, hint] of Object.entries(REFUSED)) {
    if (has(raw, path.split("."))) throw new InvalidInputError(`${name} ${path}`, "is not a setting", hint);
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw invalid(name, parsed.error);
  const { sender, readLock, httpClient } = parsed.data;
  const at = (path: string) => `${name} ${path}`;
  const routes = sender.routes.map((route, index) => readRoute(route, at(`sender.routes[${index}]`)));
  assertDistinct(routes, at("sender.routes"));
  return {
    routes,
    retries: sender.retryBehaviour,
    readLock,
    timeout: httpClient.timeout,
    connectionTimeout: httpClient.connectionTimeout,
    apiKeyHeader: httpClient.apiKeyHeader.toLowerCase(),
  };
}

function parseText(text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [line = ""] = error instanceof Error ? error.message.split("\n") : [];
    throw new InvalidInputError(name, "is neither YAML nor JSON", line, { cause: error });
  }
}

function has(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  return typeof value === "object" && value !== null && first in value && has(Reflect.get(value, first), rest);
}

function invalid(name: string, { issues }: z.ZodError): InvalidInputError {
  const issue = issues[0];
  const path = (issue?.path ?? []).reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}${text === "" ? "" : "."}${String(part)}`),
    "",
  );
  return new InvalidInputError(path === "" ? name : `${name} ${path}`, issue?.message ?? "is not usable");
}

function readRoute(raw: RawRoute, at: string): Route {
  if (!raw.actions.some(({ name }) => name !== "renameFile")) {
    throw new InvalidInputError(`${at}.actions`, "send the file nowhere", "add a httpRequest or a writeFile");
  }
  return {
    name: raw.name,
    folder: readFolder(raw.source, `${at}.source`),
    filenameRegex: readRegex(raw.filenameRegex, `${at}.filenameRegex`),
    actions: raw.actions.map((action, index) => readAction(action, `${at}.actions[${index}].properties`)),
    errorFolder: raw.errorFolder === undefined ? undefined : readFolder(raw.errorFolder, `${at}.errorFolder`),
    deleteOnSend: raw.deleteOnSend,
    concurrency: raw.maxThreadPoolSize ?? raw.threadPoolSize,
  };
}

function readAction({ name, properties }: RawRoute["actions"][number], at: string): Action {
  switch (name) {
    case "renameFile": {
      const regex = readRegex(properties.rename_regex, `${at}.rename_regex`);
      assertReplacement(regex, properties.rename_replacement, `${at}.rename_replacement`);
      return { kind: "rename", regex, replacement: properties.rename_replacement };
    }
    case "writeFile":
      return { kind: "write", folder: readFolder(properties.destination, `${at}.destination`) };
    case "httpRequest":
      return {
        kind: "request",
        url: readUrl(properties.destination, `${at}.destination`),
        mustConfirm: properties.mustConfirm,
      };
  }
}

/** Expressions of RE2, whose time is linear in the name: no name and no expression can hang the agent. */
function readRegex(text: string, at: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    const [line = ""] = error instanceof Error ? error.message.split("\n") : [];
    const hint = `it is read by RE2, which has no look-around and no back references: ${line}`;
    throw new InvalidInputError(at, "is no regular expression", hint, { cause: error });
  }
}

function assertReplacement(regex: RE2JS, replacement: string, at: string): void {
  const groups = regex.groupCount();
  const unknown = [...replacement.matchAll(/(?<!\\)\$(\d+)/g)].find(([, digits = ""]) => Number(digits[0]) > groups);
  if (unknown !== undefined) throw new InvalidInputError(at, `${unknown[0]} is no group of the regular expression`);
}

function readFolder(text: string, at: string): string {
  const hint = `give a folder below ${VOLUME_PATH}, e.g. ${VOLUME_PATH}/warehouse`;
  const below = posix.relative(VOLUME_PATH, posix.join(text, "."));
  if (!text.startsWith(`${VOLUME_PATH}/`) || below === "") {
    throw new InvalidInputError(at, `is not below ${VOLUME_PATH}`, hint);
  }
  const problem = problemOfFolder(below);
  if (problem !== undefined) throw new InvalidInputError(at, problem, hint);
  return below;
}

function readUrl(text: string, at: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:") {
    throw new InvalidInputError(at, "is no https URL", "data leaves over mutual TLS only: give https://host:port/path");
  }
  if (url.username !== "" || url.password !== "") {
    throw new InvalidInputError(
      at,
      "has credentials in it",
      "leave them out: the client's certificate tells who it is",
    );
  }
  return url.href;
}

function assertDistinct(routes: readonly Route[], at: string): void {
  const names = new Set<string>();
  for (const { name } of routes) {
    if (names.has(name))
      throw new InvalidInputError(at, `two are named ${JSON.stringify(name)}`, "name each differently");
    names.add(name);
  }
  const sources = new Set(routes.map(({ folder }) => folder));
  for (const { name, errorFolder, actions } of routes) {
    const written = [errorFolder, ...actions.map((action) => (action.kind === "write" ? action.folder : undefined))];
    const loop = written.find((folder) => folder !== undefined && sources.has(folder));
    if (loop !== undefined) {
      throw new InvalidInputError(at, `${JSON.stringify(name)} puts files into ${loop}, which a route sends from`);
    }
  }
}
