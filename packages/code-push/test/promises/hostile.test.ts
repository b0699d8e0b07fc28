import { rejectionOf } from "@slipway/testing";
import { existsSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { gitLimits } from "../../src/core/limits";
import { parseRemoteUrl } from "../../src/core/remote-url";
import type { Repository } from "../../src/core/repositories";
import { runGit } from "../../src/adapters/git-process";
import { callableAddress } from "../../src/adapters/host-addresses";
import { filesOf } from "../contracts/git-remote";
import { GitFixture, type FixtureFile } from "../support/git-fixture";

const MAIN = "refs/heads/main";

/** A host that nobody may call. */
async function startForbiddenHost(): Promise<{ url: string; calls: () => number; server: Server }> {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.end();
  });
  server.on("connection", () => (calls += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls, server };
}

describe("C6 nothing in a repository or in its address runs in the worker", () => {
  let fixture: GitFixture;
  let forbidden: Awaited<ReturnType<typeof startForbiddenHost>>;
  let canary: string;

  beforeEach(async () => {
    fixture = await GitFixture.start();
    forbidden = await startForbiddenHost();
    canary = join(fixture.root, "canary");
    rmSync(canary, { force: true });
    fixture.create("shop");
  });

  afterEach(async () => {
    const found = { canary: existsSync(canary), calls: forbidden.calls(), left: fixture.leftovers() };
    forbidden.server.closeAllConnections();
    forbidden.server.close();
    await fixture.stop();
    expect(found).to.deep.equal({ canary: false, calls: 0, left: [] });
  });

  const archive = (repository: Repository, sha: string, settings: Parameters<GitFixture["remote"]>[0] = {}) =>
    fixture
      .remote(settings)
      .withCommit(repository, { ref: MAIN, sha }, async (commit) => filesOf(await commit.archive()));

  const push = (files: Readonly<Record<string, FixtureFile>>): string => fixture.commit("shop", files);

  describe("addresses", () => {
    const HOSTILE = [
      "ext::sh -c touch% /tmp/canary",
      "EXT::sh -c touch% /tmp/canary",
      "fd::17",
      "file:///etc",
      "/etc/passwd",
      "../other",
      "git://github.com/a/b.git",
      "ftp://github.com/a/b.git",
      "http://github.com/a/b.git",
      "--upload-pack=touch /tmp/canary",
      "-oProxyCommand=touch /tmp/canary",
      "ssh://-oProxyCommand=touch/a/b",
      "ssh://-x@github.com/a/b",
      "-x@github.com:a/b",
      "git@-oProxyCommand=x:a/b",
      "https://github.com/a/b%0ahost=evil.example",
      "https://github.com/a/b%0d%0ahost=evil.example",
      "https://github.com/a/b\nhost=evil.example",
      "https://allowed@evil.example/a/b",
      "https://github.com:token@evil.example/a/b",
      "https://github.com\\@evil.example/a/b",
      "https://githuƅ.com/a/b",
      "https://xn--githu-gxd.com/a/b",
      "https://github.com/a/../../b",
      "https://github.com/-x/b",
      "https://github.com/a/b?service=x",
      "https://github.com/a/b#x",
      "https://github.com:99999/a/b",
      "https:///a/b",
      "https://github.com",
      "",
      " https://github.com/a/b",
    ];
    for (const url of HOSTILE) {
      it(`C6 refuses ${JSON.stringify(url)}`, () => {
        expect(() => parseRemoteUrl(url))
          .to.throw()
          .with.property("code", "invalid-input");
      });
    }

    it("C6 the test notices a git that may speak any protocol", async () => {
      const env = { PATH: process.env["PATH"] ?? "", HOME: fixture.root, GIT_ALLOW_PROTOCOL: "ext" };
      const args = ["ls-remote", `ext::sh -c touch% ${canary}`];

      await runGit({ args, env, cwd: fixture.root, timeout: 10_000 });

      expect(existsSync(canary)).to.equal(true);
      rmSync(canary);
    });

    it("C6 knows the harmless ones", () => {
      expect(parseRemoteUrl("https://GitHub.com/a/b.git")).to.deep.include({ host: "github.com", port: 443 });
      expect(parseRemoteUrl("git@github.com:a/b.git").href).to.equal("ssh://git@github.com/a/b.git");
      expect(parseRemoteUrl("ssh://deploy@git.example.org:2222/a/b.git")).to.deep.include({
        port: 2222,
        user: "deploy",
      });
      expect(parseRemoteUrl("http://127.0.0.1:8080/a/b.git")).to.deep.include({ protocol: "http", port: 8080 });
    });
  });

  describe("where a name leads", () => {
    const at = (host: string, extra: object = {}): Repository => {
      const url = parseRemoteUrl(`https://${host}/a/b.git`);
      return { ...fixture.repository("shop"), url, privateNetwork: false, ...extra };
    };
    it("C6 lets a name through that leads to public addresses only", async () => {
      const repository = at("git.example.org");

      expect(await callableAddress(repository, async () => ["140.82.121.4", "2606:50c0:8000::1"])).to.equal(
        "140.82.121.4",
      );
    });

    const PRIVATE = [
      "127.0.0.1",
      "169.254.169.254",
      "10.0.0.1",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "100.64.0.1",
      "0.0.0.0",
      "::1",
      "::ffff:127.0.0.1",
      "::ffff:7f00:1",
      "fd00::1",
      "fe80::1",
      "64:ff9b::7f00:1",
    ];
    for (const address of PRIVATE) {
      it(`C6 refuses a name that leads to ${address}`, async () => {
        const refused = fixture.remote({ resolve: async () => ["140.82.121.4", address] }).refs(at("git.example.org"));

        expect(await rejectionOf(refused)).to.deep.include({ code: "private-address", address });
      });
    }

    it("C6 refuses an address of its own, and what looks like a number", async () => {
      for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
        expect(await rejectionOf(fixture.remote().refs(at(host)))).to.have.property("code", "private-address");
      }
      const number = fixture.remote().refs(at("2130706433"));
      expect(await rejectionOf(number))
        .to.have.property("code")
        .that.is.oneOf(["private-address", "host-not-found"]);
    });

    it("C6 calls the address that it looked at, whatever the name leads to a moment later", async () => {
      const sha = push({ a: "1" });
      const { port } = new URL(fixture.server.url);
      const repository: Repository = {
        ...fixture.repository("shop"),
        url: {
          ...parseRemoteUrl(`http://localhost:${port}/shop.git`),
          host: "git.example.invalid",
          href: `http://git.example.invalid:${port}/shop.git`,
        },
      };

      expect(await archive(repository, sha, { resolve: async () => ["127.0.0.1"] })).to.deep.equal({ a: "1" });
    });

    it("C6 follows no redirect", async () => {
      for (const target of [`${forbidden.url}/shop.git`, "http://169.254.169.254/latest/meta-data"]) {
        fixture.server.intercept = (request, response) => {
          response.writeHead(302, { location: `${target}${request.url ?? ""}` }).end();
          return true;
        };
        expect(await rejectionOf(fixture.remote().refs(fixture.repository("shop")))).to.have.property(
          "code",
          "git-failed",
        );
      }
    });

    it("C6 the test notices a git that follows redirects", async () => {
      fixture.server.intercept = (request, response) => {
        response.writeHead(302, { location: `${forbidden.url}${request.url ?? ""}` }).end();
        return true;
      };
      const env = { PATH: process.env["PATH"] ?? "", HOME: fixture.root };
      const args = ["ls-remote", `${fixture.server.url}/shop.git`];
      await runGit({ args, env, cwd: fixture.root, timeout: 10_000 });

      expect(forbidden.calls()).to.be.above(0);
      forbidden.server.closeAllConnections();
      forbidden.server.close();
      forbidden = await startForbiddenHost();
    });
  });

  describe("what is in a repository", () => {
    it("C6 leaves submodules alone: refused, or left out, never fetched from where they say", async () => {
      const url = `ext::sh -c touch% ${canary}`;
      const modules = `[submodule "x"]\n\tpath = x\n\turl = ${url}\n[submodule "y"]\n\tpath = y\n\turl = ${forbidden.url}/y.git\n`;
      const module = { mode: "160000", content: "a".repeat(40) };
      const sha = push({ ".gitmodules": modules, x: module, y: module, a: "1" });

      expect(await rejectionOf(archive(fixture.repository("shop"), sha))).to.have.property("code", "unsafe-content");
      const ignoring = fixture.repository("shop", { submodules: "ignore" });
      expect(await archive(ignoring, sha)).to.deep.equal({ ".gitmodules": modules, a: "1" });
      const including = fixture.repository("shop", { submodules: "include" });
      expect(await rejectionOf(archive(including, sha))).to.have.property("code", "unsafe-content");
    });

    it("includes a submodule that is a configured repository, from where the configuration says", async () => {
      fixture.create("lib");
      const inner = fixture.commit("lib", { "lib.txt": "inner" });
      const lib = fixture.repository("lib");
      const modules = `[submodule "lib"]\n\tpath = vendor/lib\n\turl = https://git.example.org/octo/lib.git\n`;
      const sha = push({ ".gitmodules": modules, "vendor/lib": { mode: "160000", content: inner }, a: "1" });

      const files = await archive(fixture.repository("shop", { submodules: "include" }), sha, { repositories: [lib] });

      expect(files).to.deep.equal({ ".gitmodules": modules, a: "1", "vendor/lib/lib.txt": "inner" });
    });

    it("C6 keeps an LFS pointer a pointer, and asks nobody for what it points at", async () => {
      const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n";
      const config = `[lfs]\n\turl = ${forbidden.url}/lfs\n`;
      const sha = push({ ".gitattributes": "*.bin filter=lfs\n", ".lfsconfig": config, "a.bin": pointer });

      expect((await archive(fixture.repository("shop"), sha))["a.bin"]).to.equal(pointer);
      expect(fixture.server.seen.every(({ path }) => path.startsWith("/shop.git/"))).to.equal(true);
    });

    it("C6 runs no filter, applies no attribute, and expands nothing", async () => {
      const attributes =
        "* filter=evil\nsecret export-ignore\nversion export-subst\n* text eol=crlf\n* working-tree-encoding=UTF-16\n";
      const config = `[filter "evil"]\n\tclean = touch ${canary}\n\tsmudge = touch ${canary}\n`;
      const files = { ".gitattributes": attributes, ".gitconfig": config, secret: "kept", version: "$Format:%H$\n" };
      const sha = push(files);

      expect(await archive(fixture.repository("shop"), sha)).to.deep.equal(files);
    });

    it("C6 the test notices attributes that are applied", () => {
      const sha = push({
        ".gitattributes": "secret export-ignore\nversion export-subst\n",
        secret: "x",
        version: "$Format:%H$",
      });

      const tar = fixture.git("shop", ["archive", "--format=tar", sha]);

      expect([tar.includes("secret\0"), tar.includes("$Format:%H$")]).to.deep.equal([false, false]);
    });

    it("C6 keeps a symlink a link, and never what it points at", async () => {
      const link = { mode: "120000", content: "/proc/self/environ" };
      const sha = push({ environ: link, up: { mode: "120000", content: "../../../../etc/passwd" }, a: "1" });

      expect(await archive(fixture.repository("shop"), sha)).to.deep.equal({
        a: "1",
        environ: "/proc/self/environ",
        up: "../../../../etc/passwd",
      });
    });

    for (const path of [
      "../evil",
      "a/../../evil",
      ".git/hooks/post-checkout",
      "x/.GIT/config",
      "git~1/config",
      "a\\b",
    ]) {
      it(`C6 refuses a tree with ${path}`, async () => {
        const sha = push({ [path]: "x", a: "1" });

        expect(await rejectionOf(archive(fixture.repository("shop"), sha))).to.have.property("code", "unsafe-content");
      });
    }

    it("C6 refuses names that leave the archive once unpacked, written straight into the tree", async () => {
      const blob = fixture.git("shop", ["hash-object", "-w", "--stdin"], "x");
      for (const name of ["..", ".", "\u0001", "a\u202e.git"]) {
        const line = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
        const tree = fixture.git("shop", ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], line);
        const sha = fixture.git("shop", ["commit-tree", tree, "-m", "x"]);
        fixture.git("shop", ["update-ref", MAIN, sha]);
        const outcome = await archive(fixture.repository("shop"), sha).then(
          Object.keys,
          (error: { code: string }) => error.code,
        );
        expect(outcome, JSON.stringify(name)).to.satisfy(
          (told: unknown) => told === "unsafe-content" || name === "a\u202e.git",
        );
      }
    });

    it("C6 takes nothing from hooks and settings of the host's repository", async () => {
      fixture.git("shop", ["config", "uploadpack.packObjectsHook", `touch ${canary}`]);
      fixture.git("shop", ["config", "core.sshCommand", `touch ${canary}`]);
      const sha = push({ a: "1" });

      expect(await archive(fixture.repository("shop"), sha)).to.deep.equal({ a: "1" });
    });
  });

  describe("C7 caps", () => {
    const over = async (limits: Parameters<typeof gitLimits>[0], files: Readonly<Record<string, FixtureFile>>) =>
      rejectionOf(
        archive(fixture.repository("shop"), push(files), {
          limits: { ...gitLimits({ gitSeconds: 20 }), ...gitLimits(limits) },
        }),
      );

    it("C7 too many files", async () => {
      const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, "x"]));

      expect(await over({ files: 29 }, many)).to.deep.include({ code: "over-cap", cap: "files", limit: 29 });
    });

    it("C7 too many bytes in files, before one of them is read", async () => {
      const zeros = Buffer.alloc(3 * 1024 * 1024);
      const error = await over({ archiveMegabytes: 2 }, { a: zeros });

      expect(error).to.deep.include({ code: "over-cap", cap: "archive bytes" });
    });

    it("C7 a tree that names itself a billion times", async () => {
      let tree = fixture.tree("shop", { f: "x" });
      for (let level = 0; level < 9; level += 1) {
        const lines = Array.from({ length: 10 }, (_, index) =>
          Buffer.concat([Buffer.from(`40000 d${index}\0`), Buffer.from(tree, "hex")]),
        );
        tree = fixture.git("shop", ["hash-object", "-t", "tree", "-w", "--stdin"], Buffer.concat(lines));
      }
      const sha = fixture.git("shop", ["commit-tree", tree, "-m", "bomb"]);
      fixture.git("shop", ["update-ref", MAIN, sha]);

      expect(await rejectionOf(archive(fixture.repository("shop"), sha))).to.deep.include({
        code: "over-cap",
        cap: "files",
      });
    });

    it("C7 more on the wire than the disk may hold", async () => {
      const noise = Buffer.alloc(6 * 1024 * 1024);
      for (let index = 0; index < noise.length; index += 4)
        noise.writeUInt32LE((Math.random() * 0xffffffff) >>> 0, index);
      const limits = { ...gitLimits({ gitSeconds: 20 }), fetchedBytes: 1024 * 1024 };
      const sha = push({ noise });
      // A pause after the first bytes, as on a network: git sees some of it long before the rest.
      fixture.server.throttle = 512 * 1024;

      const error = await rejectionOf(archive(fixture.repository("shop"), sha, { limits }));

      expect(error).to.deep.include({ code: "over-cap", cap: "fetched bytes" });
    });

    it("C7 a host that never answers", async () => {
      fixture.server.intercept = () => true;
      const sha = push({ a: "1" });
      const error = await rejectionOf(
        archive(fixture.repository("shop"), sha, { limits: { ...gitLimits(), milliseconds: 700 } }),
      );

      expect(error).to.deep.include({ code: "over-cap", cap: "seconds" });
    });

    it("C7 a remote with more refs than anybody needs", async () => {
      const sha = push({ a: "1" });
      const lines = Array.from({ length: 60 }, (_, index) => `create refs/heads/b${index} ${sha}\n`);
      fixture.git("shop", ["update-ref", "--stdin"], lines.join(""));
      const limits = { ...gitLimits({ gitSeconds: 20 }), refs: 50 };

      expect(await rejectionOf(fixture.remote({ limits }).refs(fixture.repository("shop")))).to.deep.include({
        code: "over-cap",
        cap: "refs",
      });
    });
  });
});
