import { X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateLayout } from "../layout";
import { exclusively } from "../process/exclusive";
import { createAuthority, openAuthority, type Authority, type CertificateRequest, type Issued } from "./authority";

/** Paths of a certificate and its key, both PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** The certificates of a project's local environment, as files that only their owner can read. */
export interface LocalCertificates {
  /** The authority's own. Whoever has its key can be anyone whom its users believe. */
  readonly authority: CertificateFiles;
  /** For servers on the loopback addresses. */
  readonly server: CertificateFiles;
  readonly client: CertificateFiles;
}

const DAY = 24 * 60 * 60 * 1000;
/** Certificates that end sooner are made anew. */
const RENEW_DAYS = 30;

const REQUESTS = {
  server: { name: "localhost", use: "server" },
  client: { name: "slipway-local-client", use: "client" },
} as const satisfies Readonly<Record<string, CertificateRequest>>;

/**
 * Certificates for development, from an authority of the project's own: made when they are missing or about to end, the
 * same otherwise. They are in the local environment's folder, which git ignores and `slipway local down` deletes.
 *
 * @param directory The project.
 */
export async function localCertificates(directory: string, now = new Date()): Promise<LocalCertificates> {
  const { state } = stateLayout(directory);
  const folder = join(state, "certificates");
  return exclusively(
    `${folder}.lock`,
    "the local certificates",
    () => undefined,
    async () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const authority = filesOf(folder, "authority");
      const isNew = !isGood(authority, now);
      if (isNew) write(authority, createAuthority("Slipway local development", now));
      const issuer = openAuthority(read(authority));
      return {
        authority,
        server: ensure(folder, "server", issuer, isNew, now),
        client: ensure(folder, "client", issuer, isNew, now),
      };
    },
  );
}

function ensure(folder: string, role: keyof typeof REQUESTS, issuer: Authority, isNew: boolean, now: Date) {
  const files = filesOf(folder, role);
  if (isNew || !isGood(files, now)) write(files, issuer.issue(REQUESTS[role]));
  return files;
}

const filesOf = (folder: string, name: string): CertificateFiles => ({
  certificate: join(folder, `${name}.pem`),
  privateKey: join(folder, `${name}.key`),
});

const read = ({ certificate, privateKey }: CertificateFiles): Issued => ({
  certificate: readFileSync(certificate, "utf8"),
  privateKey: readFileSync(privateKey, "utf8"),
});

/** The certificate is written last: where it is, its key is. */
function write(files: CertificateFiles, { certificate, privateKey }: Issued): void {
  for (const [path, text] of [
    [files.privateKey, privateKey],
    [files.certificate, certificate],
  ] as const) {
    const temporary = `${path}.tmp`;
    writeFileSync(temporary, text, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  }
}

function isGood({ certificate, privateKey }: CertificateFiles, now: Date): boolean {
  if (!existsSync(certificate) || !existsSync(privateKey)) return false;
  const ends = Date.parse(new X509Certificate(readFileSync(certificate)).validTo);
  return ends - now.getTime() > RENEW_DAYS * DAY;
}
