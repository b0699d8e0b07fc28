import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Environment } from "../context";

/** The caller that AWS sees. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** What checks may ask of the machine; tests answer in its place. */
export interface Surroundings {
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  readonly nodeVersion: string;
  /** First line of a command's output; undefined when it is missing or fails. */
  output(command: string, args: readonly string[]): Promise<string | undefined>;
  /** Whether PATH holds an executable of that name. */
  isOnPath(command: string): boolean;
  /** Names in a folder; none when there is no such folder. */
  list(directory: string): readonly string[];
  /** Text of a file; undefined when there is none. */
  read(file: string): string | undefined;
  /** HTTP status of a GET. @throws when nothing answers within 3 s */
  httpStatus(url: string): Promise<number>;
  /** Who the ambient credentials are. @throws the SDK's errors */
  caller(): Promise<Caller>;
}

const limit = 3000;

/** The real ones. */
export function realSurroundings(cwd: string, env: Environment): Surroundings {
  return {
    env,
    cwd,
    home: homedir(),
    nodeVersion: process.versions.node,
    output: (command, args) => firstLine(command, args),
    isOnPath: (command) => (env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, command))),
    list: (directory) => (existsSync(directory) ? readdirSync(directory) : []),
    read: (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined),
    httpStatus: async (url) => (await fetch(url, { signal: AbortSignal.timeout(limit) })).status,
    caller: () => callerIdentity(env),
  };
}

const firstLine = (command: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000 }, (error, stdout) => {
      resolve(error ? undefined : stdout.split("\n")[0]?.trim());
    });
  });

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

async function callerIdentity(env: Environment): Promise<Caller> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const client = new STSClient({ region, maxAttempts: 1, requestHandler: { requestTimeout: limit } });
  try {
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account ?? "unknown", arn: Arn ?? "unknown" };
  } finally {
    client.destroy();
  }
}
