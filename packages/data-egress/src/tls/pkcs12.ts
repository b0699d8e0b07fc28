import * as forge from "node-forge";
import { X509Certificate } from "node:crypto";
import { InvalidInputError } from "@slipway/core";

/**
 * Certificates of a PKCS#12 file, with or without a key of theirs. Node's own reader (`pfx`) takes no file without a key,
 * which truststores are.
 *
 * @param name What a person calls the file, for the error.
 * @throws InvalidInputError
 */
export function readPkcs12Certificates(file: Buffer, password: string, name: string): X509Certificate[] {
  const { oids } = forge.pki;
  const bags = open(file, password, name).getBags({ bagType: oids["certBag"] as string })[oids["certBag"] as string];
  return (bags ?? []).map(({ cert, asn1 }) => {
    // Only RSA certificates are read by the library; of others it hands out what it could not read.
    const parsed = cert === undefined || cert === null ? asn1 : forge.pki.certificateToAsn1(cert);
    return new X509Certificate(Buffer.from(forge.asn1.toDer(parsed).getBytes(), "binary"));
  });
}

function open(file: Buffer, password: string, name: string): forge.pkcs12.Pkcs12Pfx {
  try {
    return forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(file.toString("binary")), true, password);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (/password|mac could not be verified/i.test(message)) throw wrongPassword(name, error);
    throw new InvalidInputError(name, "is no PKCS#12 file", "give the file itself, in base64 where it is a variable", {
      cause: error,
    });
  }
}

/** The one line for a password that does not open something. */
export const wrongPassword = (name: string, cause: unknown): InvalidInputError =>
  new InvalidInputError(name, "its password does not open it", "check the password and the file that it is for", {
    cause,
  });
