import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { createAuthority, localCertificates, selfSigned, toPkcs12 } from "../../src/certificates";

const DAY = 86_400_000;

describe("createAuthority", () => {
  const now = new Date();
  const authority = createAuthority("test", now);
  const root = new X509Certificate(authority.certificate);

  it("issues to servers of this machine", () => {
    const issued = authority.issue({ name: "localhost", use: "server" });
    const certificate = new X509Certificate(issued.certificate);

    expect(root.ca).to.equal(true);
    expect(certificate.verify(root.publicKey)).to.equal(true);
    expect(certificate.checkIssued(root)).to.equal(true);
    expect(certificate.ca).to.equal(false);
    for (const host of ["127.0.0.1", "::1"]) expect(certificate.checkIP(host)).to.equal(host);
    expect(certificate.checkHost("localhost")).to.equal("localhost");
    expect(certificate.checkHost("example.com")).to.equal(undefined);
    expect(certificate.keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.1"]);
  });

  it("issues to clients by their name, never twice with one number", () => {
    const [first, second] = [1, 2].map(
      () => new X509Certificate(authority.issue({ name: "a", use: "client" }).certificate),
    );

    expect(first?.subjectAltName).to.equal("DNS:a");
    expect(first?.keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.2"]);
    expect(first?.serialNumber).to.not.equal(second?.serialNumber);
  });

  it("issues for a given time", () => {
    const validUntil = new Date(Math.floor(Date.now() / 1000) * 1000 + DAY);
    const { certificate } = authority.issue({ name: "a", use: "client", validUntil });

    expect(Date.parse(new X509Certificate(certificate).validTo)).to.equal(validUntil.getTime());
  });

  it("makes certificates that nobody vouches for", () => {
    const certificate = new X509Certificate(selfSigned({ name: "a", use: "server" }).certificate);

    expect(certificate.verify(certificate.publicKey)).to.equal(true);
    expect(certificate.verify(root.publicKey)).to.equal(false);
  });

  it("writes PKCS#12 files that Node opens with their password only", () => {
    const pfx = toPkcs12(authority.issue({ name: "a", use: "client" }), "secret", [authority.certificate]);

    expect(() => createSecureContext({ pfx, passphrase: "secret" })).to.not.throw();
    expect(() => createSecureContext({ pfx, passphrase: "wrong" })).to.throw(/mac verify failure/);
  });
});

describe("localCertificates", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "slipway-certificates-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const textOf = (path: string): string => readFileSync(path, "utf8");

  it("makes them once, in the local environment's folder, for their owner alone", async () => {
    const [first, second] = await Promise.all([localCertificates(directory), localCertificates(directory)]);

    expect(second).to.deep.equal(first);
    expect(first.server.certificate.startsWith(join(directory, ".slipway", "local"))).to.equal(true);
    for (const { privateKey } of [first.authority, first.server, first.client]) {
      expect(statSync(privateKey).mode & 0o777).to.equal(0o600);
    }
    const before = textOf(first.client.certificate);
    await localCertificates(directory);
    expect(textOf(first.client.certificate)).to.equal(before);
  }).timeout(30_000);

  it("makes those anew that are about to end, from the same authority", async () => {
    const { authority, server } = await localCertificates(directory);
    const before = [authority, server].map(({ certificate }) => textOf(certificate));

    await localCertificates(directory, new Date(Date.now() + 380 * DAY));

    expect(textOf(authority.certificate)).to.equal(before[0]);
    expect(textOf(server.certificate)).to.not.equal(before[1]);
  }).timeout(30_000);
});
