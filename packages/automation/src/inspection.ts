import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseLockFile, type Lock } from "./cli/lock-message";
import { withProcessState } from "./cli/process-state";
import { parseJson, queryCli } from "./cli/query-cli";
import { nameOf } from "./engine/run-record";
import { describeFindings } from "./findings";
import type { CommonOptions } from "./options";
import { withFolder } from "./program/folder";
import type { LockHolder, PendingOperation, StackInspection } from "./results";
import { parseState } from "./state";
import type { StackTarget } from "./target";

/** Tells who holds the lock and what is pending; changes nothing. @throws StackNotFoundError when there is no such stack. */
export async function inspect(target: StackTarget, options: CommonOptions = {}): Promise<StackInspection> {
  return withFolder(target, async (workDir) => {
    const { stack } = target;
    const query = (command: string[]) => queryCli(command, stack, workDir, options);
    const [exported, identity] = await Promise.all([
      query(["stack", "export", `--stack=${stack}`]),
      query(["whoami", "--json"]),
    ]);
    const { resources = [], pending_operations = [] } = parseState(exported).deployment;
    const address = backendAddress(identity);
    const project = "project" in target ? target.project : await projectName(workDir);
    const locks = await readLocks(address, workDir, project, stack);
    const pendingOperations = pending_operations.map(({ type, resource }) => ({
      urn: resource.urn,
      type: resource.type,
      name: nameOf(resource.urn),
      operation: type as PendingOperation["operation"],
    }));
    const facts = {
      stack,
      backend: withoutCredentials(address),
      locks,
      pendingOperations,
      resources: resources.length,
    };
    return { ...facts, findings: describeFindings(facts) };
  });
}

function backendAddress(identity: string): string {
  const parsed = parseJson(identity);
  return parsed !== null && typeof parsed === "object" && !Array.isArray(parsed) ? String(parsed["url"]) : "";
}

function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/@]*@/, "//").replace(/\?.*$/, "");
}

async function projectName(workDir: string): Promise<string> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  // Given a command, the SDK need not start one to learn its version.
  const workspace = await LocalWorkspace.create({ workDir, pulumiCommand: { command: "pulumi", version: null } });
  return (await workspace.projectSettings()).name;
}

/** Only a file backend shows its locks without taking one; taking one to look would disturb a starting update. */
async function readLocks(
  address: string,
  workDir: string,
  project: string,
  stack: string,
): Promise<LockHolder[] | undefined> {
  if (!address.startsWith("file://")) return undefined;
  const path = address.slice("file://".length).replace(/\?.*$/, "").replace(/^~/, homedir());
  const folder = join(
    resolve(workDir, path),
    ".pulumi",
    "locks",
    "organization",
    project,
    stack.split("/").at(-1) ?? stack,
  );
  const files = await readdir(folder).catch(noFolder);
  const locks = await Promise.all(
    files
      .filter((file) => file.endsWith(".json"))
      .map(async (file) => readFile(join(folder, file), "utf8").catch(gone)),
  );
  return withProcessState(locks.map((content) => content && parseLockFile(content)).filter(isLock));
}

function isLock(lock: Lock | "" | undefined): lock is Lock {
  return lock !== undefined && lock !== "";
}

function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

/** The holder released it between the listing and the reading. */
function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
