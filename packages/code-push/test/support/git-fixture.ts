import { startGitServer, type GitServer } from "@slipway/testing";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandGitRemote, type GitRemoteSettings } from "../../src/adapters/git-remote";
import { LOCAL_MINIMUM_GIT, type CredentialsValue } from "../../src/contract";
import { gitLimits } from "../../src/core/limits";
import { createRepositories, parseRepository, type Repository } from "../../src/core/repositories";
import { GitAccessSource } from "../../src/adapters/git-access";

/** A file of a commit: text, or text with a mode. */
export type FixtureFile = string | Buffer | { readonly mode: string; readonly content: string | Buffer };

/** Bare repositories in a temporary folder, served on loopback. */
export class GitFixture {
  readonly root = mkdtempSync(join(tmpdir(), "code-push-fixture-"));
  /** Where workers make their temporary folders. */
  readonly temporary = mkdtempSync(join(tmpdir(), "code-push-work-"));
  readonly server: GitServer;
  private time = Date.parse("2026-11-20T10:00:00Z") / 1000;

  private constructor(server: GitServer, root: string) {
    this.server = server;
    rmSync(this.root, { recursive: true });
    this.root = root;
  }

  static async start(): Promise<GitFixture> {
    const root = mkdtempSync(join(tmpdir(), "code-push-fixture-"));
    return new GitFixture(await startGitServer(root), root);
  }

  async stop(): Promise<void> {
    await this.server.close();
    for (const folder of [this.root, this.temporary]) rmSync(folder, { recursive: true, force: true });
  }

  /** Runs git on a repository of the host, as its owner. */
  git(name: string, args: readonly string[], input: string | Buffer = ""): string {
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.root,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.org",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.org",
      GIT_AUTHOR_DATE: `${this.time} +0100`,
      GIT_COMMITTER_DATE: `${this.time} +0100`,
    };
    const cwd = join(this.root, `${name}.git`);
    return execFileSync("git", args, { cwd, env, input, stdio: ["pipe", "pipe", "pipe"] })
      .toString()
      .trim();
  }

  create(name: string): void {
    const env = { PATH: process.env["PATH"] ?? "", HOME: this.root, GIT_CONFIG_NOSYSTEM: "1" };
    const folder = join(this.root, `${name}.git`);
    execFileSync("git", ["init", "--bare", "--quiet", "--initial-branch=main", folder], { env });
  }

  /** Makes a commit on a ref; the parent is what the ref was at, unless it is forced. */
  commit(
    name: string,
    files: Readonly<Record<string, FixtureFile>>,
    options: { ref?: string; message?: string; force?: boolean } = {},
  ): string {
    const { ref = "refs/heads/main", message = "A change", force = false } = options;
    this.time += 60;
    const tree = this.tree(name, files);
    const parent = force ? "" : this.tryGit(name, ["rev-parse", "--verify", "--quiet", ref]);
    const parents = parent === "" ? [] : ["-p", parent];
    const sha = this.git(name, ["commit-tree", tree, ...parents, "-m", message]);
    this.git(name, ["update-ref", ref, sha]);
    return sha;
  }

  /** Makes a tree by its raw lines where names are such as git's own commands refuse. */
  tree(name: string, files: Readonly<Record<string, FixtureFile>>): string {
    const folders = new Map<string, Record<string, FixtureFile>>();
    const lines: Buffer[] = [];
    for (const [path, file] of Object.entries(files)) {
      const [first = "", ...rest] = path.split("/");
      if (rest.length > 0) folders.set(first, { ...folders.get(first), [rest.join("/")]: file });
      else lines.push(this.treeLine(name, first, file));
    }
    for (const [folder, inside] of folders) lines.push(treeLine("40000", folder, this.tree(name, inside)));
    lines.sort(Buffer.compare);
    const sorted = lines.sort((a, b) => Buffer.compare(nameOf(a), nameOf(b)));
    return this.git(name, ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], Buffer.concat(sorted));
  }

  private treeLine(name: string, path: string, file: FixtureFile): Buffer {
    const { mode, content } =
      typeof file === "string" || Buffer.isBuffer(file) ? { mode: "100644", content: file } : file;
    const id = mode === "160000" ? content.toString() : this.git(name, ["hash-object", "-w", "--stdin"], content);
    return treeLine(mode, path, id);
  }

  private tryGit(name: string, args: readonly string[]): string {
    try {
      return this.git(name, args);
    } catch {
      return "";
    }
  }

  /** A repository of the configuration that is served here. */
  repository(name: string, extra: Readonly<Record<string, unknown>> = {}): Repository {
    return parseRepository({
      id: `git.example.org/octo/${name}`,
      provider: "github",
      url: `${this.server.url}/${name}.git`,
      privateNetwork: true,
      ...extra,
    });
  }

  /** The worker's git. */
  remote(
    settings: Partial<GitRemoteSettings> & {
      readonly credentials?: CredentialsValue | undefined;
      readonly repositories?: readonly Repository[] | undefined;
    } = {},
  ): CommandGitRemote {
    const { credentials, repositories = [], ...rest } = settings;
    const source = { credentials: async () => credentials ?? { type: "token" as const, token: "unused" } };
    return new CommandGitRemote({
      access: new GitAccessSource(source, { token: async () => "app-token" }),
      directory: { repositories: async () => createRepositories(repositories) },
      limits: gitLimits({ gitSeconds: 20 }),
      minimumGit: LOCAL_MINIMUM_GIT,
      ambient: process.env,
      temporary: this.temporary,
      ...rest,
    });
  }

  /** What is left in the workers' temporary folder. */
  leftovers(): readonly string[] {
    return readdirSync(this.temporary);
  }
}

const treeLine = (mode: string, path: string, id: string): Buffer =>
  Buffer.concat([Buffer.from(`${mode.replace(/^0/, "")} ${path}\0`), Buffer.from(id, "hex")]);
/** Git sorts folders as if they ended in a slash. */
const nameOf = (line: Buffer): Buffer => {
  const text = line.subarray(0, line.indexOf(0)).toString("latin1");
  const [mode, ...name] = text.split(" ");
  return Buffer.from(`${name.join(" ")}${mode === "40000" ? "/" : ""}`, "latin1");
};
