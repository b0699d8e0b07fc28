import { createAuthority, selfSigned } from "@slipway/local/certificates";
import { rejectionOf, VirtualTime } from "@slipway/testing";
import { expect } from "chai";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { HttpsRecipients } from "../../src/agent/https-recipients";
import { connectKeys } from "../../src/adapters/connect-keys";
import { DataKeyService, withDataKeyService } from "../../src/adapters/data-key-service";
import { DATA_KEY_SERVICE_SECRETS, ENVIRONMENT } from "../../src/contract";
import type { DataKeys } from "../../src/core/ports";
import { tlsFromVariables, type Variables } from "../../src/tls/source";
import { parties } from "../support/agent-world";
import { KEY_ID, StandInDataKeyService } from "../support/stand-in-data-key-service";

const DATA_KEY = Buffer.from("0123456789abcdef0123456789abcdef");
const { certificate, privateKey, trust } = DATA_KEY_SERVICE_SECRETS;

/** Mutual, as the original is. */
const serverOptions = (): ServerOptions => ({
  cert: parties().server.certificate,
  key: parties().server.privateKey,
  ca: parties().authority.certificate,
  requestCert: true,
});
const trusting = () => ({ [trust]: parties().authority.certificate });
const mutual = () => ({
  ...trusting(),
  [certificate]: parties().client.certificate,
  [privateKey]: parties().client.privateKey,
});

describe("DataKeyService", () => {
  let server: StandInDataKeyService;
  let time: VirtualTime;
  let requests: HttpsRecipients;

  /** A client of the stand-in, which times out soon and pauses in no time. */
  function clientOf(variables: Variables, address = server.address): DataKeyService {
    const tls = tlsFromVariables(variables, { names: DATA_KEY_SERVICE_SECRETS, isOptional: true });
    requests = new HttpsRecipients(tls, { connections: 2, connectionTimeout: 2000, timeout: 500 });
    let calls = 0;
    return new DataKeyService(address, {
      requests,
      sleeper: time,
      stopwatch: time,
      ids: { next: () => `call-${(calls += 1)}` },
    });
  }
  const decrypt = (service: DataKeyService, wrapped = server.wrap(DATA_KEY), keyId = KEY_ID) =>
    service.decrypt(Buffer.from(wrapped, "base64"), keyId);

  beforeEach(async () => {
    server = new StandInDataKeyService();
    time = new VirtualTime();
    await server.start(serverOptions());
  });
  afterEach(async () => {
    requests?.close();
    await server.stop();
  });

  it("has a data key decrypted, in the words of the original, with a certificate where there is one", async () => {
    const wrapped = server.wrap(DATA_KEY);

    expect(Buffer.from(await decrypt(clientOf(mutual()), wrapped))).to.deep.equal(DATA_KEY);
    expect(server.calls).to.deep.equal([
      {
        path: "/datakey/actions/decrypt?keyId=cloudhsm%3A7142%2C7143%2Fa%26b&correlationId=call-1",
        body: wrapped,
        client: "agent",
      },
    ]);
  });

  it("shows no certificate where none is given", async () => {
    await server.stop();
    await server.start({ ...serverOptions(), requestCert: false });

    expect(Buffer.from(await decrypt(clientOf(trusting())))).to.deep.equal(DATA_KEY);
    expect(server.calls[0]?.client).to.equal(undefined);
  });

  it("finds it below a path", async () => {
    const error = await rejectionOf(decrypt(clientOf(mutual(), `${server.address}/keys/`)));

    expect(server.calls[0]?.path).to.match(/^\/keys\/datakey\/actions\/decrypt\?/);
    expect(error).to.include({ code: "data-key-answer-unusable" });
  });

  for (const status of [429, 500, 503]) {
    it(`asks again after ${status}, after 1, 2, 4 and 8 seconds`, async () => {
      server.instead = Array.from({ length: 4 }, () => ({ status }));

      expect(Buffer.from(await decrypt(clientOf(mutual())))).to.deep.equal(DATA_KEY);
      expect(time.elapsed()).to.equal(15_000);
      expect(new Set(server.calls.map(({ path }) => path)).size).to.equal(1);
    });
  }

  it("gives up after five times, and does not ask for the next file at once", async () => {
    server.instead = Array.from({ length: 6 }, () => ({ status: 503 }));
    const service = clientOf(mutual());

    const error = await rejectionOf(decrypt(service));
    expect(error).to.include({ code: "data-key-service-unavailable", retryable: true });
    expect(error.message).to.equal("the data key service answered 503 (correlation id call-1)");
    expect(await rejectionOf(decrypt(service))).to.include({ code: "data-key-service-unavailable" });
    expect(server.calls).to.have.length(5);

    await time.sleep(5000);
    expect(Buffer.from(await decrypt(service))).to.deep.equal(DATA_KEY);
  });

  it("says that it is not there", async () => {
    const service = clientOf(mutual());
    await server.stop();

    const error = await rejectionOf(decrypt(service, "AAAA"));
    expect(error).to.include({ code: "data-key-service-unavailable" });
    expect(error.message).to.match(/^the data key service cannot be asked: connect ECONNREFUSED /);
    await server.start(serverOptions());
  });

  describe("refuses", () => {
    for (const [what, wrapped, keyId] of [
      ["what it did not encrypt", "c2VjcmV0", KEY_ID],
      ["a key that it has not", undefined, "cloudhsm:1"],
    ] as const) {
      it(`${what}, and is asked once`, async () => {
        const error = await rejectionOf(decrypt(clientOf(mutual()), wrapped, keyId));

        expect(error).to.include({ code: "data-key-refused", retryable: false });
        expect(error.message).to.include(`under key ${keyId} (correlation id call-1)`);
        expect(server.calls).to.have.length(1);
      });
    }
  });

  describe("does not take for a key, nor repeat,", () => {
    const plain = DATA_KEY.toString("base64");
    const answers: Readonly<Record<string, string>> = {
      "what is no JSON": `{"plaintextDataKey": "${plain}"`,
      "JSON without a key": `{"other": "${plain}"}`,
      "a key of another size": JSON.stringify({ plaintextDataKey: plain.slice(0, 20) }),
      "a key that is no base64": JSON.stringify({ plaintextDataKey: `${plain}!` }),
      "nothing at all": "",
    };
    for (const [what, body] of Object.entries(answers)) {
      it(what, async () => {
        server.instead = [{ status: 200, body }];

        const error = await rejectionOf(decrypt(clientOf(mutual())));
        expect(error).to.include({ code: "data-key-answer-unusable", retryable: true });
        expect(inspect(error, { depth: Infinity, showHidden: true })).to.not.include(plain.slice(0, 12));
        expect(JSON.stringify(error)).to.not.include(plain.slice(0, 12));
      });
    }
  });

  describe("believes neither", () => {
    const pair = (issued: { certificate: string; privateKey: string }): ServerOptions => ({
      cert: issued.certificate,
      key: issued.privateKey,
    });
    const servers: Readonly<Record<string, () => ServerOptions>> = {
      "a host of another authority": () => pair(createAuthority("stranger").issue({ name: "dks", use: "server" })),
      "a host that vouches for itself": () => pair(selfSigned({ name: "dks", use: "server" })),
      "another host": () =>
        pair(parties().authority.issue({ name: "other", use: "server", addresses: ["other.example"] })),
      "one that speaks TLS 1.1": () => ({
        ...pair(parties().server),
        minVersion: "TLSv1",
        maxVersion: "TLSv1.1",
        ciphers: "DEFAULT@SECLEVEL=0",
      }),
    };
    for (const [what, options] of Object.entries(servers)) {
      it(`D4 ${what}: it gets no data key to see, and is asked once`, async () => {
        await server.stop();
        await server.start(options());

        const error = await rejectionOf(decrypt(clientOf(mutual())));
        expect(error).to.include({ code: "data-key-service-untrusted", retryable: true });
        expect(server.calls).to.deep.equal([]);
        expect(time.elapsed()).to.equal(0);
      });
    }

    it("D4 a private authority where none was given", async () => {
      expect(await rejectionOf(decrypt(clientOf({})))).to.include({ code: "data-key-service-untrusted" });
    });

    it("secrets that do not fit together", async () => {
      const error = await rejectionOf(decrypt(clientOf({ ...trusting(), [certificate]: mutual()[certificate] })));

      expect(error.message).to.match(/\[SLIPWAY_DATA_KEY_SERVICE_PRIVATE_KEY\] is not given/);
    });

    it("a client without the certificate that it wants", async () => {
      await server.stop();
      // With TLS 1.3 the client may hear only that the connection is closed.
      await server.start({ ...serverOptions(), maxVersion: "TLSv1.2" });

      const error = await rejectionOf(decrypt(clientOf(trusting())));

      expect(error).to.include({ code: "data-key-service-untrusted" });
      expect(server.calls).to.deep.equal([]);
    });

    it("a client that it refuses", async () => {
      server.instead = [{ status: 403 }];

      expect(await rejectionOf(decrypt(clientOf(mutual())))).to.include({ code: "data-key-service-untrusted" });
    });
  });

  it("reads certificates again when their files change, without a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-dks-"));
    const file = join(folder, "trust.pem");
    writeFileSync(file, createAuthority("old").certificate);
    const service = clientOf({ ...mutual(), [trust]: undefined, [`${trust}_FILE`]: file });

    expect(await rejectionOf(decrypt(service))).to.include({ code: "data-key-service-untrusted" });
    writeFileSync(file, parties().authority.certificate);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect(Buffer.from(await decrypt(service))).to.deep.equal(DATA_KEY);
    rmSync(folder, { recursive: true });
  });
});

describe("connectKeys", () => {
  const kms: DataKeys = {
    decrypt: async () => Buffer.from("of KMS"),
    create: async () => ({ plain: Buffer.from("new"), ciphertext: Buffer.from("new") }),
    recipientKey: async (parameter) => ({ keyId: parameter, publicKey: "" }),
  };

  it("is KMS alone where no service is named", () => {
    expect(connectKeys({}, kms, 1)).to.deep.equal({ keys: kms });
  });

  it("tells of certificates where some were given", () => {
    const named = { [ENVIRONMENT.dataKeyServiceUrl]: "https://dks.example" };

    expect(connectKeys(named, kms, 1)).to.have.all.keys("keys");
    expect(connectKeys({ ...named, [`${trust}_FILE`]: "/trust.pem" }, kms, 1)).to.have.all.keys("keys", "certificates");
  });

  it("refuses an address that is none, and does not repeat it", () => {
    const variables = { [ENVIRONMENT.dataKeyServiceUrl]: "https://ada:lovelace@dks.example" };

    expect(() => connectKeys(variables, kms, 1)).to.throw(
      /^\[SLIPWAY_DATA_KEY_SERVICE_URL\] holds a user or a password/,
    );
  });

  it("asks the service for what HTME encrypted, and KMS for everything else", async () => {
    const keys = withDataKeyService({ decrypt: async () => Buffer.from("of the service") }, kms);
    const text = async (key: Promise<Uint8Array>): Promise<string> => Buffer.from(await key).toString();

    expect(await text(keys.decrypt(Buffer.alloc(1), "id"))).to.equal("of the service");
    expect(await text(keys.decrypt(Buffer.alloc(1), undefined, {}))).to.equal("of KMS");
    expect(await keys.recipientKey("/theirs")).to.include({ keyId: "/theirs" });
    expect(Buffer.from((await keys.create("k")).plain).toString()).to.equal("new");
  });
});
