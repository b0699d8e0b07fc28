import type { Failure } from "./expect-failure";

/** Exit codes, as documented. */
export const USAGE = 2;
export const FAILED = 1;
export const NOT_FOUND = 5;
const NO_RELEASE = "00000000-0000-4000-8000-000000000000";

/** A command line that cannot work, and how it is told. */
export interface Case extends Failure {
  readonly title: string;
  readonly args: readonly string[];
  /** Content of the manifest; `null`: there is none. @default the ground's own */
  readonly manifest?: string | null;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const deploy = (releaseId: string, environment: string) => [
  ...["release", "deploy", releaseId, "--environment", environment, "--yes"],
];
export const publish = (service: string, uri: string) => ["images", "publish", service, uri];
export const prepare = ["release", "prepare"];
const up = (stack: string) => ["up", "--stack", stack, "--yes", "--skip-preview"];
const list = ["release", "list"];
export const image = "registry.example/shop/api:v1";

const manifests: readonly Case[] = [
  { title: "no manifest", manifest: null, args: prepare, exitCode: USAGE, says: [/no project manifest in /, /create/] },
  {
    title: "a manifest that is no JSON",
    manifest: '{"shop": ',
    args: prepare,
    exitCode: USAGE,
    says: [/\.slipway_project\] is neither JSON nor YAML: .*line 1/],
  },
  {
    title: "an empty manifest",
    manifest: "",
    args: prepare,
    exitCode: USAGE,
    says: [/\.slipway_project\]/, /a manifest looks like/],
  },
  {
    title: "a manifest without environments",
    manifest: '{"shop": {"name": "Shop"}}',
    args: publish("api", image),
    exitCode: USAGE,
    says: [/shop\.environments/, /a manifest looks like/],
  },
  {
    title: "a manifest with a misspelt window",
    manifest:
      '{"shop": {"name": "Shop", "environments": [{"id": "a", "name": "A", "windows": [{"days": ["someday"], "from": "09:00", "to": "17:00"}]}]}}',
    args: deploy("latest", "a"),
    exitCode: USAGE,
    says: [/shop\.environments\.0\.windows\.0\.days\.0/],
  },
  {
    title: "a manifest with several projects",
    manifest: '{"a": {"name": "A", "environments": []}, "b": {"name": "B", "environments": []}}',
    args: prepare,
    exitCode: USAGE,
    says: [/several projects: a, b/, /choose one/],
  },
];

const unknown: readonly Case[] = [
  {
    title: "an unknown project",
    args: [...prepare, "--project-id", "nope"],
    exitCode: USAGE,
    says: [/project nope is not in /, /it holds: ground-/],
  },
  {
    title: "an unknown label",
    args: [...prepare, "--from-label", "nope"],
    exitCode: NOT_FOUND,
    says: [/no image under the label nope/, /publish/],
  },
  {
    title: "an unknown service",
    args: ["release", "update", "latest", "--service", "nope"],
    exitCode: NOT_FOUND,
    says: [/no image of nope in label latest/, /it has: api/],
  },
  {
    title: "an unknown environment",
    args: deploy("latest", "nope"),
    exitCode: NOT_FOUND,
    says: [/environment nope is not in the project manifest/, /staging, production/],
  },
  {
    title: "an unknown release",
    args: deploy(NO_RELEASE, "staging"),
    exitCode: NOT_FOUND,
    says: [new RegExp(`has no release ${NO_RELEASE}`), /list the releases/],
  },
  {
    title: "an unknown release to reject",
    args: ["release", "reject", NO_RELEASE, "--reason", "test", "--yes"],
    exitCode: NOT_FOUND,
    says: [new RegExp(`has no release ${NO_RELEASE}`)],
  },
  { title: "an unknown stack", args: up("nope"), exitCode: NOT_FOUND, says: [/there is no stack nope/, /stack init/] },
  {
    title: "an unknown stack to destroy",
    args: ["destroy", "--stack", "nope", "--yes", "--confirm", "nope"],
    exitCode: NOT_FOUND,
    says: [/there is no stack nope/],
  },
  {
    title: "a tracker that is not there",
    args: prepare,
    env: { SLIPWAY_RELEASES_TABLE: "no-table", SLIPWAY_DEPLOYMENTS_TABLE: "no-table" },
    exitCode: NOT_FOUND,
    says: [/no-table does not exist in this account and region/, /bring up the stack/],
  },
  {
    title: "a tracker stack that was never brought up",
    args: prepare,
    env: { SLIPWAY_RELEASES_TABLE: undefined, SLIPWAY_TRACKER_STACK: "integration" },
    exitCode: NOT_FOUND,
    says: [/stack integration has no output releasesTable, deploymentsTable/, /slipway up --stack integration/],
  },
];

const malformed: readonly Case[] = [
  {
    title: "an image URI that is none",
    args: publish("api", "not an image"),
    exitCode: USAGE,
    says: [/\[uri\] not an image is not an image URI/, /write repository:tag/],
  },
  {
    title: "a digest that is too short",
    args: publish("api", "registry.example/shop/api@sha256:12ab"),
    exitCode: USAGE,
    says: [/\[uri\]/],
  },
  {
    title: "a service id that would leave its SSM path",
    args: publish("../production/api", image),
    exitCode: USAGE,
    says: [/\[service\]/, /letters, digits/],
  },
  {
    title: "a stack name that is an option",
    args: ["up", "--stack=--show-secrets", "--yes", "--skip-preview"],
    exitCode: USAGE,
    says: [/\[stack\]/],
  },
  { title: "an unknown command", args: ["release", "frobnicate"], exitCode: USAGE, says: [/frobnicate/, /--help/] },
  {
    title: "a missing option",
    args: ["release", "deploy", "latest"],
    exitCode: USAGE,
    says: [/environment/, /slipway release deploy --help/],
  },
  {
    title: "a number that is none",
    args: [...list, "--limit", "x"],
    exitCode: USAGE,
    says: [/--limit needs a number/],
  },
  {
    title: "a value for a switch, which must not read as no",
    args: [...deploy("latest", "staging"), "--dry-run=yes"],
    exitCode: USAGE,
    says: [/--dry-run takes no value/],
  },
  {
    title: "a deployment that nobody can confirm",
    args: ["release", "deploy", "latest", "-e", "staging", "--no-preview"],
    exitCode: USAGE,
    says: [/no terminal to ask on/, /pass --yes/],
  },
];

const surroundings: readonly Case[] = [
  {
    title: "an access key that nobody knows",
    args: prepare,
    env: { AWS_ACCESS_KEY_ID: "AKIAUNKNOWNUNKNOWN12" },
    exitCode: FAILED,
    says: [/access denied to .*: The security token included in the request is invalid/, /check the credentials/],
  },
  {
    title: "an access key that nobody knows, for a stack",
    args: up("staging"),
    env: { AWS_ACCESS_KEY_ID: "AKIAUNKNOWNUNKNOWN12" },
    exitCode: FAILED,
    says: [/credentials are missing, expired or not allowed: .*security token/, /AWS_PROFILE/],
  },
  {
    title: "no credentials",
    args: publish("api", image),
    env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    exitCode: FAILED,
    says: [/access denied to .*: Could not load credentials/, /check the credentials/],
  },
  {
    title: "an endpoint where nothing listens",
    args: deploy("latest", "staging"),
    env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
    exitCode: FAILED,
    says: [/no answer to .*: connect ECONNREFUSED 127\.0\.0\.1:9/, /slipway local up/],
  },
  {
    title: "an endpoint where nothing listens, for a stack",
    args: up("staging"),
    env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
    exitCode: FAILED,
    says: [/nothing answers at 127\.0\.0\.1:9/, /slipway local up/],
  },
  {
    title: "a wrong passphrase",
    args: up("tools"),
    env: { PULUMI_CONFIG_PASSPHRASE: "guess", PULUMI_CONFIG_PASSPHRASE_FILE: undefined },
    exitCode: FAILED,
    says: [/passphrase of stack tools is wrong/, /PULUMI_CONFIG_PASSPHRASE/],
  },
];

/** Every case, in the order in which a command meets them. */
export const cases: readonly Case[] = [...manifests, ...unknown, ...malformed, ...surroundings];
