import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, rootCertificates } from "node:tls";
import { InvalidInputError } from "@slipway/core";
import { readPkcs12Certificates, wrongPassword } from "./pkcs12";

/** Who we are: certificate and key, as PEM or as a PKCS#12 file. One password is for the file and for the key in it. */
export type Identity =
  | { readonly kind: "pem"; readonly certificate: string; readonly privateKey: string; readonly password?: string }
  | { readonly kind: "pkcs12"; readonly file: Buffer; readonly password: string };

/** Whom we believe: authorities, as PEM or as a PKCS#12 file. */
export type Trust =
  { readonly kind: "pem"; readonly certificates: string } | { readonly kind: "pkcs12"; file: Buffer; password: string };

/** What a TLS connection of either side is made with. */
export interface TlsOptions {
  readonly ca: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly pfx?: Buffer;
  readonly passphrase?: string;
  readonly minVersion: "TLSv1.2";
}

/** Key, certificate and authorities that fit together. */
export interface TlsMaterial {
  readonly options: TlsOptions;
  /** When the first of our certificates and of the authorities that were given ends. */
  readonly validUntil: Date;
}

/** What a person calls the parts, e.g. the environment variables that they come from. */
export interface PartNames {
  readonly certificate: string;
  readonly privateKey: string;
  readonly keystore: string;
  readonly trust: string;
  readonly truststore: string;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The last moment that a Date can be. */
const NEVER = 8.64e15;

/**
 * Reads and checks everything once, so that what does not fit is told in one line and not at some handshake.
 *
 * @param identity Undefined where we show no certificate.
 * @param trust Undefined where we believe the public authorities that Node comes with.
 * @throws InvalidInputError
 */
export function readTlsMaterial(
  identity: Identity | undefined,
  trust: Trust | undefined,
  names: PartNames,
): TlsMaterial {
  const { options, certificates } = readIdentity(identity, names);
  const authorities = trust && readTrust(trust, names);
  const ends = [...certificates, ...(authorities ?? [])].map(({ validTo }) => Date.parse(validTo));
  return {
    options: { ...options, ca: authorities?.map(String) ?? rootCertificates, minVersion: "TLSv1.2" },
    validUntil: new Date(Math.min(...ends, NEVER)),
  };
}

type Read = { readonly options: Partial<TlsOptions>; readonly certificates: readonly X509Certificate[] };

function readIdentity(identity: Identity | undefined, names: PartNames): Read {
  if (identity === undefined) return { options: {}, certificates: [] };
  return identity.kind === "pem" ? readPem(identity, names) : readKeystore(identity, names.keystore);
}

function readPem({ certificate, privateKey, password }: Identity & { kind: "pem" }, names: PartNames): Read {
  const certificates = readCertificates(certificate, names.certificate);
  const key = readKey(privateKey, password, names.privateKey);
  if (certificates[0]?.checkPrivateKey(key) !== true) {
    throw new InvalidInputError(
      names.privateKey,
      `is not the key of the first certificate in ${names.certificate}`,
      "give the key that the certificate was made for, and put that certificate before its chain",
    );
  }
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
  return { options: { cert: certificate, key: pem }, certificates };
}

function readKey(pem: string, passphrase: string | undefined, name: string) {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch (error) {
    const isEncrypted = /ENCRYPTED/.test(pem);
    if (isEncrypted && passphrase === undefined) {
      throw new InvalidInputError(name, "is encrypted and no password is given", "give the keystore's password", {
        cause: error,
      });
    }
    if (isEncrypted) throw wrongPassword(name, error);
    throw new InvalidInputError(name, "holds no private key in PEM", undefined, { cause: error });
  }
}

function readKeystore({ file, password }: Identity & { kind: "pkcs12" }, name: string): Read {
  const certificates = readPkcs12Certificates(file, password, name);
  const options = { pfx: file, passphrase: password };
  try {
    createSecureContext(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/mac verify|password/i.test(message)) throw wrongPassword(name, error);
    throw new InvalidInputError(name, "holds no certificate with its key", `OpenSSL says: ${message}`, {
      cause: error,
    });
  }
  return { options, certificates };
}

function readTrust(trust: Trust, names: PartNames): readonly X509Certificate[] {
  const name = trust.kind === "pem" ? names.trust : names.truststore;
  const authorities =
    trust.kind === "pem"
      ? readCertificates(trust.certificates, name)
      : readPkcs12Certificates(trust.file, trust.password, name);
  if (authorities.length === 0) throw new InvalidInputError(name, "holds no certificate");
  return authorities;
}

function readCertificates(pem: string, name: string): readonly X509Certificate[] {
  const found = pem.match(PEM_CERTIFICATE) ?? [];
  if (found.length === 0) throw new InvalidInputError(name, "holds no certificate in PEM");
  return found.map((each) => {
    try {
      return new X509Certificate(each);
    } catch (error) {
      throw new InvalidInputError(name, "holds something that is no certificate", undefined, { cause: error });
    }
  });
}
