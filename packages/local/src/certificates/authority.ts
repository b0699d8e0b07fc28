import * as forge from "node-forge";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";

/** A certificate with its key, as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What a certificate is for. */
export interface CertificateRequest {
  /** Common name, and for servers the first host name. */
  readonly name: string;
  readonly use: "server" | "client";
  /** Host names and IP addresses. @default the loopback ones for servers, the name alone for clients */
  readonly addresses?: readonly string[];
  /** @default now, with an hour for clocks that are slow */
  readonly validFrom?: Date;
  /** @default 397 days later */
  readonly validUntil?: Date;
}

/** An authority for development: whoever has its folder can be anyone whom its users believe. */
export interface Authority extends Issued {
  /** A new certificate with a new key. */
  issue(request: CertificateRequest): Issued;
}

/** Host names and addresses of this machine that no other machine has. */
export const LOOPBACK_ADDRESSES = ["localhost", "127.0.0.1", "::1"] as const;

const DAY = 24 * 60 * 60 * 1000;
const VALID_DAYS = 397;
const AUTHORITY_DAYS = 3650;

/** Makes an authority. @param name Its common name. */
export function createAuthority(name: string, now = new Date()): Authority {
  const keys = generateKeys();
  const certificate = blank(name, forge.pki.publicKeyFromPem(keys.publicKey));
  certificate.validity = { notBefore: hourBefore(now), notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY) };
  certificate.setIssuer(subjectOf(name));
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  return openAuthority({ certificate: forge.pki.certificateToPem(certificate), privateKey: keys.privateKey });
}

/** An authority that was made before. */
export function openAuthority({ certificate, privateKey }: Issued): Authority {
  return { certificate, privateKey, issue: (request) => issue({ certificate, privateKey }, request) };
}

/** A certificate that nobody but itself vouches for. */
export function selfSigned(request: CertificateRequest): Issued {
  const keys = generateKeys();
  return { certificate: sign(request, keys, subjectOf(request.name), keys.privateKey), privateKey: keys.privateKey };
}

/** Both in one PKCS#12 file, with the chain after the certificate. */
export function toPkcs12({ certificate, privateKey }: Issued, password: string, chain: readonly string[] = []): Buffer {
  const certificates = [certificate, ...chain].map((pem) => forge.pki.certificateFromPem(pem));
  return writePkcs12(forge.pki.privateKeyFromPem(privateKey), certificates, password);
}

/** Authorities alone in a PKCS#12 file, as truststores are. */
export const toPkcs12Truststore = (certificates: readonly string[], password: string): Buffer =>
  writePkcs12(
    null,
    certificates.map((pem) => forge.pki.certificateFromPem(pem)),
    password,
  );

/** A key that a password opens, as PEM (PKCS#8, AES-256). */
export const encryptKey = (privateKey: string, password: string): string =>
  forge.pki.encryptRsaPrivateKey(forge.pki.privateKeyFromPem(privateKey), password, { algorithm: "aes256" });

function writePkcs12(
  key: forge.pki.rsa.PrivateKey | null,
  certificates: readonly forge.pki.Certificate[],
  password: string,
): Buffer {
  const options = { algorithm: "aes256" } as const;
  // The library takes no key at all as well; its types say otherwise.
  const asn1 = forge.pkcs12.toPkcs12Asn1(key as forge.pki.rsa.PrivateKey, [...certificates], password, options);
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), "binary");
}

function issue(authority: Issued, request: CertificateRequest): Issued {
  const keys = generateKeys();
  const { attributes } = forge.pki.certificateFromPem(authority.certificate).subject;
  return { certificate: sign(request, keys, attributes, authority.privateKey), privateKey: keys.privateKey };
}

interface Keys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Node makes them in a fraction of the time that the library takes. */
const generateKeys = (): Keys =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

function sign(request: CertificateRequest, keys: Keys, issuer: forge.pki.CertificateField[], signer: string): string {
  const { name, use, validFrom = hourBefore(new Date()) } = request;
  const { addresses = use === "server" ? LOOPBACK_ADDRESSES : [name] } = request;
  const certificate = blank(name, forge.pki.publicKeyFromPem(keys.publicKey));
  const { validUntil = new Date(validFrom.getTime() + VALID_DAYS * DAY) } = request;
  certificate.validity = { notBefore: validFrom, notAfter: validUntil };
  certificate.setIssuer(issuer);
  certificate.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: use === "server", clientAuth: use === "client" },
    { name: "subjectAltName", altNames: addresses.map(alternativeName) },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(signer), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

function blank(name: string, publicKey: forge.pki.PublicKey): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, and without a byte that could be left out.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.setSubject(subjectOf(name));
  return certificate;
}

const subjectOf = (name: string): forge.pki.CertificateField[] => [{ name: "commonName", value: name }];
const hourBefore = (date: Date): Date => new Date(date.getTime() - 60 * 60 * 1000);
const alternativeName = (address: string) =>
  isIP(address) === 0 ? { type: 2, value: address } : { type: 7, ip: address };
