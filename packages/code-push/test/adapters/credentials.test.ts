import { rejectionOf } from "@slipway/testing";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { GitAccessSource } from "../../src/adapters/git-access";
import { gitEnvironment } from "../../src/adapters/git-environment";
import type { CredentialsValue } from "../../src/contract";
import { parseRemoteUrl } from "../../src/core/remote-url";
import { filesOf } from "../contracts/git-remote";
import { GitFixture } from "../support/git-fixture";
import { repository } from "../support/world";

const TOKEN = "ghp_a-token-of-the-tests";
const MAIN = "refs/heads/main";
const encoded = Buffer.from(`x-access-token:${TOKEN}`).toString("base64");

describe("credentials of repositories", () => {
  let fixture: GitFixture;
  let bin: string;

  beforeEach(async () => {
    fixture = await GitFixture.start();
    fixture.create("shop");
    bin = join(fixture.root, "bin");
    mkdirSync(bin);
  });
  afterEach(() => fixture.stop());

  /** Puts a program before the real one, which writes down its arguments and its environment. */
  const spy = (name: string, then: string): Record<string, string | undefined> => {
    const file = join(bin, name);
    const log = join(fixture.root, `${name}.log`);
    writeFileSync(file, `#!/bin/sh\n{ echo "ARGS $*"; env; } >> ${log}\n${then}\n`);
    chmodSync(file, 0o755);
    return {
      ...process.env,
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      AWS_SECRET_ACCESS_KEY: "an-aws-key",
      AWS_SESSION_TOKEN: "a-session",
    };
  };
  const logOf = (name: string): string => readFileSync(join(fixture.root, `${name}.log`), "utf8");
  const real = (): string => {
    const found = (process.env["PATH"] ?? "")
      .split(":")
      .map((folder) => join(folder, "git"))
      .find(existsSync);
    return `exec ${found} "$@"`;
  };

  it("a token reaches its host in a header, no argument and no other variable, and git sees no key of AWS", async () => {
    const sha = fixture.commit("shop", { a: "1" });
    const remote = fixture.remote({ credentials: { type: "token", token: TOKEN }, ambient: spy("git", real()) });
    const shop = fixture.repository("shop", { credentialsSecretId: "s" });

    const files = await remote.withCommit(shop, { ref: MAIN, sha }, async (commit) => filesOf(await commit.archive()));

    expect(files).to.deep.equal({ a: "1" });
    expect(fixture.server.seen.every(({ authorization }) => authorization === `Basic ${encoded}`)).to.equal(true);
    const log = logOf("git");
    const args = log.split("\n").filter((line) => line.startsWith("ARGS"));
    expect(args.join("\n")).not.to.match(new RegExp(`${TOKEN}|${encoded}`));
    expect(args.some((line) => line.includes("fetch --depth=1"))).to.equal(true);
    expect(log).not.to.match(/an-aws-key|a-session|AWS_/);
  });

  it("a host that repeats the token in its answer does not get it into an error", async () => {
    fixture.server.intercept = (_, response) => {
      response.writeHead(403, { "content-type": "text/plain" }).end(`no, ${TOKEN} and ${encoded} are bad`);
      return true;
    };
    const remote = fixture.remote({ credentials: { type: "token", token: TOKEN } });

    const error = await rejectionOf(remote.refs(fixture.repository("shop", { credentialsSecretId: "s" })));

    expect(error).to.have.property("code", "git-failed");
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.to.match(new RegExp(`${TOKEN}|${encoded}`));
  });

  it("a key is in a file that only its owner may read, with pinned hosts, and is gone afterwards", async () => {
    const watch =
      'for a in "$@"; do case "$a" in */key) stat -c %a "$a"; cat "$a";; UserKnownHostsFile=*) cat "${a#*=}";; esac; done';
    const ambient = spy("ssh", `{ ${watch}; } >> ${join(fixture.root, "ssh.log")}; exit 1`);
    const credentials: CredentialsValue = {
      type: "ssh",
      privateKey: "-----BEGIN KEY-----\nabc",
      knownHosts: "git.example.org ssh-ed25519 AAAA",
    };
    const remote = fixture.remote({ credentials, ambient, resolve: async () => ["140.82.121.4"] });
    const shop = {
      ...fixture.repository("shop", { credentialsSecretId: "s" }),
      url: parseRemoteUrl("git@git.example.org:octo/shop.git"),
      privateNetwork: false,
    };

    expect(await rejectionOf(remote.refs(shop))).to.have.property("code", "git-failed");

    const log = logOf("ssh");
    expect(log)
      .to.include("-----BEGIN KEY-----\nabc\n")
      .and.include("git.example.org ssh-ed25519 AAAA\n")
      .and.include("600\n");
    const args = log.split("\n").find((line) => line.startsWith("ARGS")) ?? "";
    for (const option of [
      "-F /dev/null",
      "StrictHostKeyChecking=yes",
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "HostName=140.82.121.4",
      "HostKeyAlias=git.example.org",
      "GlobalKnownHostsFile=/dev/null",
    ]) {
      expect(args).to.include(option);
    }
    expect(args).not.to.include("abc");
    expect(log).not.to.match(/an-aws-key|AWS_/);
    expect(fixture.leftovers()).to.deep.equal([]);
  });

  it("of the wrong kind are refused before anything is called", async () => {
    const source = (value: CredentialsValue) =>
      new GitAccessSource({ credentials: async () => value }, { token: async () => "t" });
    const https = repository({ credentialsSecretId: "s" });

    const refused = source({ type: "ssh", privateKey: "k" }).access(https, fixture.temporary);
    expect(await rejectionOf(refused)).to.have.property("code", "unusable-secret");
    expect(statSync(fixture.temporary).isDirectory()).to.equal(true);
  });

  it("without the host's keys are refused, where none are built in", async () => {
    const key: CredentialsValue = { type: "ssh", privateKey: "k" };
    const source = new GitAccessSource({ credentials: async () => key }, { token: async () => "t" });
    const access = (url: string) =>
      source.access({ ...repository({ credentialsSecretId: "s" }), url: parseRemoteUrl(url) }, fixture.temporary);

    for (const host of ["github.com", "gitlab.com", "bitbucket.org"]) {
      const { kind } = await access(`ssh://git@${host}/octo/shop.git`);
      expect(kind, host).to.equal("ssh");
    }
    for (const host of ["git.example.org", "github.com:2222", "github.com.example.org"]) {
      const error = await rejectionOf(access(`ssh://git@${host}/octo/shop.git`));
      expect(error, host).to.have.property("code", "unusable-secret");
      expect(error, host).to.have.property("message").that.includes(`has no knownHosts, which ${host}`);
    }
  });

  it("of a GitHub App are a token of its installation", async () => {
    const app: CredentialsValue = { type: "github-app", appId: "1", installationId: "2", privateKey: "k" };
    const source = new GitAccessSource({ credentials: async () => app }, { token: async () => "ghs_1" });

    expect(await source.access(repository({ credentialsSecretId: "s" }), fixture.temporary)).to.deep.equal({
      kind: "header",
      value: `Basic ${Buffer.from("x-access-token:ghs_1").toString("base64")}`,
    });
  });

  it("leave nothing in the environment but what is fixed", () => {
    const env = gitEnvironment({
      home: "/h",
      ambient: {
        PATH: "/bin",
        AWS_SECRET_ACCESS_KEY: "x",
        GIT_DIR: "/evil",
        GIT_PROXY_COMMAND: "evil",
        SSH_AUTH_SOCK: "/s",
      },
    });

    expect(
      Object.keys(env)
        .filter((name) => !/^(GIT_CONFIG_(KEY|VALUE)_\d+|GIT_CONFIG_COUNT)$/.test(name))
        .sort(),
    ).to.deep.equal([
      "GIT_ADVICE",
      "GIT_ALLOW_PROTOCOL",
      "GIT_ASKPASS",
      "GIT_ATTR_NOSYSTEM",
      "GIT_CONFIG_GLOBAL",
      "GIT_CONFIG_NOSYSTEM",
      "GIT_LFS_SKIP_SMUDGE",
      "GIT_NO_LAZY_FETCH",
      "GIT_PROTOCOL_FROM_USER",
      "GIT_TERMINAL_PROMPT",
      "HOME",
      "LANG",
      "LC_ALL",
      "PATH",
      "TMPDIR",
      "TZ",
      "XDG_CONFIG_HOME",
    ]);
    expect(env["GIT_ALLOW_PROTOCOL"]).to.equal("none");
  });
});
