import { createAuthority, selfSigned, type Issued } from "@slipway/local/certificates";
import { caughtBy, repositoryRoot } from "@slipway/testing";
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { digestField } from "../../../packages/data-egress/src/agent/digest";
import { HttpsRecipients } from "../../../packages/data-egress/src/agent/https-recipients";
import { MemoryInbox } from "../../../packages/data-egress/src/receiver/inbox";
import { startReceiver } from "../../../packages/data-egress/src/receiver/receiver";
import type { TlsOptions } from "../../../packages/data-egress/src/tls/material";
import { materialOf, parties, sha256Of } from "../../../packages/data-egress/test/support/agent-world";

const CONTENT = "1,2\n";
const YESTERDAY = new Date(Date.now() - 86_400_000);
const LAST_YEAR = new Date(Date.now() - 365 * 86_400_000);
const expired = { validFrom: LAST_YEAR, validUntil: YESTERDAY };

/** Sends one file as an agent of these options does. @returns the status, or the code of why there is none. */
async function sendWith(options: TlsOptions, port: number): Promise<string> {
  const source = { current: async () => ({ options, validUntil: new Date() }) };
  const recipients = new HttpsRecipients(source, { connections: 1, connectionTimeout: 5000, timeout: 5000 });
  const delivery = {
    url: `https://localhost:${port}/DA`,
    headers: { "content-digest": digestField(sha256Of(CONTENT)), "x-slipway-file": "a.csv" },
    bytes: CONTENT.length,
    open: async () => Readable.from([Buffer.from(CONTENT)]),
  };
  try {
    return String((await recipients.send(delivery, new AbortController().signal)).status);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code ?? message;
  } finally {
    recipients.close();
  }
}

/** A server that takes whatever comes, and tells how much of a file came. */
async function withServer(
  options: object,
  use: (port: number, received: () => number) => Promise<void>,
): Promise<void> {
  let bytes = 0;
  const server: Server = createServer(options, (request, response) => {
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => response.end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use((server.address() as AddressInfo).port, () => bytes);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const clientOptions = (): TlsOptions => materialOf(parties().client, parties().authority).options;

describe("D4 mutual TLS", () => {
  const stranger = createAuthority("stranger");

  describe("the agent gives nothing to a server", () => {
    const pair = ({ certificate, privateKey }: Issued) => ({ cert: certificate, key: privateKey });
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const lax = { checkServerIdentity: () => undefined };
    const unverified = { ["reject".concat("Unauthorized")]: false };

    /** The server, why it is refused, and the options of an agent whose guard is removed. */
    const SERVERS: Readonly<Record<string, () => readonly [object, string, object]>> = {
      "of another authority": () => [
        pair(stranger.issue({ name: "receiver", use: "server" })),
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        unverified,
      ],
      "whose certificate has ended": () => [
        pair(parties().authority.issue({ name: "receiver", use: "server", ...expired })),
        "CERT_HAS_EXPIRED",
        unverified,
      ],
      "of another host name": () => [
        pair(parties().authority.issue({ name: "elsewhere", use: "server", addresses: ["elsewhere.example"] })),
        "ERR_TLS_CERT_ALTNAME_INVALID",
        lax,
      ],
      "that vouches for itself": () => [
        pair(selfSigned({ name: "receiver", use: "server" })),
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        unverified,
      ],
      "that speaks TLS 1.1": () => [
        { ...pair(parties().server), ...old },
        "EPROTO",
        { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" },
      ],
      "with a client's certificate": () => [
        pair(parties().authority.issue({ name: "receiver", use: "client", addresses: ["localhost"] })),
        "INVALID_PURPOSE",
        unverified,
      ],
    };
    const refuses = async (server: object, code: string, changed: object = {}): Promise<void> =>
      withServer(server, async (port, received) => {
        const outcome = await sendWith({ ...clientOptions(), ...changed }, port);
        expect(received(), "bytes that the server got").to.equal(0);
        expect(outcome).to.equal(code);
      });

    for (const [what, of] of Object.entries(SERVERS)) {
      it(`D4 ${what}`, async () => {
        const [server, code] = of();

        await refuses(server, code);
      });

      it(`D4 mutant: an agent that does not look gives its file to a server ${what}`, async () => {
        const [server, code, mutant] = of();

        expect(await caughtBy(() => refuses(server, code, mutant))).to.match(/bytes that the server got/);
      });
    }

    it("D4 it gives its file to the right one", () =>
      withServer(pair(parties().server), async (port) => {
        expect(await sendWith(clientOptions(), port)).to.equal("200");
      }));
  });

  describe("the receiver takes nothing from a client", () => {
    const withCertificate = (issued: Issued): TlsOptions => ({
      ...clientOptions(),
      cert: issued.certificate,
      key: issued.privateKey,
    });
    const CLIENTS: Readonly<Record<string, () => TlsOptions>> = {
      "without a certificate": () => ({ ca: clientOptions().ca, minVersion: "TLSv1.2" }),
      "of another authority": () => withCertificate(stranger.issue({ name: "agent", use: "client" })),
      "whose certificate has ended": () =>
        withCertificate(parties().authority.issue({ name: "agent", use: "client", ...expired })),
      "of another name": () => withCertificate(parties().authority.issue({ name: "somebody", use: "client" })),
      "that vouches for itself": () => withCertificate(selfSigned({ name: "agent", use: "client" })),
      "with a server's certificate": () =>
        withCertificate(parties().authority.issue({ name: "agent", use: "server", addresses: ["localhost"] })),
      "that speaks TLS 1.1": () => {
        const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" };
        return { ...clientOptions(), ...old } as unknown as TlsOptions;
      },
    };

    /** @returns what the receiver has kept, and what the client was told. */
    async function offered(client: TlsOptions): Promise<readonly [number, string]> {
      const inbox = new MemoryInbox();
      const tls = materialOf(parties().server, parties().authority).options;
      const receiver = await startReceiver({ inbox, tls, clients: ["agent"], port: 0, host: "127.0.0.1" });
      try {
        const outcome = await sendWith(client, receiver.port);
        return [inbox.files.size, outcome];
      } finally {
        await receiver.stop();
      }
    }

    for (const [what, client] of Object.entries(CLIENTS)) {
      it(`D4 ${what}`, async () => {
        const [kept, outcome] = await offered(client());

        expect(kept, "files kept").to.equal(0);
        expect(outcome).to.not.equal("200");
      });
    }

    it("D4 it takes the right one's", async () => {
      expect(await offered(clientOptions())).to.deep.equal([1, "200"]);
    });

    const mutants: Readonly<Record<string, (socket: TLSSocket) => boolean>> = {
      "asks for no certificate": () => true,
      "does not look whether it is trusted": (socket) => socket.getPeerX509Certificate() !== undefined,
      "does not look at the name": (socket) => socket.authorized,
    };
    const clientsOf: Readonly<Record<string, string>> = {
      "asks for no certificate": "without a certificate",
      "does not look whether it is trusted": "of another authority",
      "does not look at the name": "of another name",
    };
    for (const [what, admits] of Object.entries(mutants)) {
      it(`D4 mutant: a receiver that ${what}`, async () => {
        const { cert, key, ca } = materialOf(parties().server, parties().authority).options;
        const open = { cert, key, ca: [...ca], requestCert: true, ["reject".concat("Unauthorized")]: false };
        let kept = 0;
        const server = createServer(open, (request, response) => {
          if (admits(request.socket as TLSSocket)) kept += 1;
          request.resume().on("end", () => response.end("{}"));
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

        const client = CLIENTS[clientsOf[what] ?? ""]?.() ?? clientOptions();
        const said = await caughtBy(async () => {
          await sendWith(client, (server.address() as AddressInfo).port);
          expect(kept, "files kept").to.equal(0);
        });
        server.closeAllConnections();
        server.close();

        expect(said).to.match(/files kept/);
      });
    }
  });

  describe("no file of the repository switches a check off", () => {
    const SWITCHES = [/rejectUnauthorized["']?\s*[:=]\s*false/, /NODE_TLS_REJECT_UNAUTHORIZED/, /checkServerIdentity/];
    const ITSELF = /^test\/faults\/data-egress\/d4-|^eslint\.config\.mjs$/;
    const FOLDERS = ["packages", "stacks", "examples", "scripts", "test"];

    function switches(read: (path: string) => string): readonly string[] {
      return FOLDERS.flatMap((folder) =>
        readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
          .map((path) => join(folder, path))
          .filter((path) => /\.(ts|mjs|js|json|ya?ml|Dockerfile)$/.test(path))
          .filter((path) => !/node_modules|\/dist\//.test(path) && !ITSELF.test(path)),
      ).flatMap((path) =>
        SWITCHES.filter((pattern) => pattern.test(read(path))).map((pattern) => `${path}: ${pattern}`),
      );
    }
    const read = (path: string) => readFileSync(join(repositoryRoot, path), "utf8");

    it("D4 none", () => {
      expect(switches(read)).to.deep.equal([]);
    });

    it("D4 mutant: one that does is found", async () => {
      const mutant = (path: string) => `${read(path)}\nconst options = { rejectUnauthorized: false };`;

      expect(await caughtBy(async () => expect(switches(mutant)).to.deep.equal([]))).to.match(/to deeply equal/);
    });
  });
});
