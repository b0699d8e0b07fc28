import { readFile, stat } from "node:fs/promises";
import { InvalidInputError } from "@slipway/core";
import { AGENT_SECRETS } from "../agent-contract";
import { readTlsMaterial, type Identity, type TlsMaterial, type Trust } from "./material";

/** Key, certificate and authorities as they are now. */
export interface TlsSource {
  /** The same object as long as nothing has changed. Throws InvalidInputError when they do not fit together. */
  current(): Promise<TlsMaterial>;
}

/** Variables, each of which may be given as `<NAME>_FILE` too: the path of a file that holds the value. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that hold the parts, by what they are. */
export type TlsNames = Readonly<Record<Exclude<keyof typeof AGENT_SECRETS, "apiKey">, string>>;

/** Which variables, and what may be missing. */
export interface TlsVariables {
  /** @default those of the agent, and of a receiver, which has the same */
  readonly names?: TlsNames | undefined;
  /** Whether we may go without a certificate, and believe the public authorities where none are given. @default false */
  readonly isOptional?: boolean | undefined;
}

const FILE = "_FILE";

/**
 * Key, certificate and authorities from variables or from the files that variables name. Files are looked at again at
 * each call, and read again when one of them has changed: new connections are made with what is there then.
 */
export function tlsFromVariables(
  variables: Variables,
  { names = AGENT_SECRETS, isOptional = false }: TlsVariables = {},
): TlsSource {
  const files = Object.values(names).flatMap((name) => variables[`${name}${FILE}`] ?? []);
  let read: { readonly seen: string; readonly material: TlsMaterial } | undefined;
  return {
    async current() {
      const seen = await signatureOf(files);
      if (read?.seen !== seen) read = { seen, material: await readMaterial(variables, names, isOptional) };
      return read.material;
    },
  };
}

/** What tells whether a file has changed; a secret that is mounted is replaced as a whole. */
async function signatureOf(files: readonly string[]): Promise<string> {
  const seen = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => "missing",
      ),
    ),
  );
  return seen.join(",");
}

/** One secret: its variable's value, or what its file holds. @throws InvalidInputError */
export async function readSecret(variables: Variables, name: string): Promise<Buffer | undefined> {
  const [value, file] = [variables[name], variables[`${name}${FILE}`]];
  if (file === undefined || file === "") return value === undefined || value === "" ? undefined : Buffer.from(value);
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new InvalidInputError(`${name}${FILE}`, `the file cannot be read (${code})`, "give a path that can be read", {
      cause: error,
    });
  }
}

async function readMaterial(variables: Variables, names: TlsNames, isOptional: boolean): Promise<TlsMaterial> {
  const text = async (part: keyof TlsNames) => (await readSecret(variables, names[part]))?.toString().trimEnd();
  const binary = async (part: keyof TlsNames) => fromBase64(await readSecret(variables, names[part]));
  const password = await text("keystorePassword");
  const [certificate, privateKey, keystore] = [
    await text("certificate"),
    await text("privateKey"),
    await binary("keystore"),
  ];
  const [trusted, truststore] = [await text("trust"), await binary("truststore")];
  const isAnonymous = isOptional && certificate === undefined && privateKey === undefined && keystore === undefined;
  const isPublic = isOptional && trusted === undefined && truststore === undefined;
  return readTlsMaterial(
    isAnonymous ? undefined : identityOf(names, certificate, privateKey, keystore, password),
    isPublic ? undefined : trustOf(names, trusted, truststore, (await text("truststorePassword")) ?? password),
    names,
  );
}

function identityOf(
  names: TlsNames,
  certificate?: string,
  privateKey?: string,
  keystore?: Buffer,
  password?: string,
): Identity {
  if (keystore !== undefined) return { kind: "pkcs12", file: keystore, password: password ?? "" };
  if (certificate === undefined || privateKey === undefined) {
    throw new InvalidInputError(
      certificate === undefined ? names.certificate : names.privateKey,
      "is not given, and no keystore either",
      `give ${names.certificate} and ${names.privateKey}, or ${names.keystore}`,
    );
  }
  return { kind: "pem", certificate, privateKey, ...(password !== undefined && { password }) };
}

function trustOf(names: TlsNames, certificates?: string, truststore?: Buffer, password = ""): Trust {
  if (truststore !== undefined) return { kind: "pkcs12", file: truststore, password };
  if (certificates !== undefined) return { kind: "pem", certificates };
  throw new InvalidInputError(
    names.trust,
    "is not given, and no truststore either",
    `give ${names.trust} or ${names.truststore}: authorities of the machine are never trusted`,
  );
}

/** A PKCS#12 file as it is, or in base64 as a variable must hold it. DER begins with byte 0x30, `0` in base64 does not. */
function fromBase64(value: Buffer | undefined): Buffer | undefined {
  if (value === undefined || value[0] === 0x30) return value;
  return Buffer.from(value.toString(), "base64");
}
