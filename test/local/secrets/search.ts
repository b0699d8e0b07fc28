import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Texts to search, by the place they come from. */
export type Places = Readonly<Record<string, string | Buffer>>;

/** Says in which places which of the secrets is, plain, in base64, or as text in JSON or a URL carries it. */
export function findSecrets(secrets: Readonly<Record<string, string>>, places: Places): readonly string[] {
  return Object.entries(secrets).flatMap(([secret, value]) =>
    Object.entries(places)
      .filter(([, content]) => forms(value).some((form) => content.includes(form)))
      .map(([place]) => `${secret} in ${place}`),
  );
}

const forms = (value: string): readonly string[] => [
  ...new Set([
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    ...[0, 1, 2].map((offset) => base64At(value, offset)),
  ]),
];

/** What of the value's base64 stays the same when `offset` bytes, and anything after it, stand around it. */
function base64At(value: string, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]).toString("base64");
  return encoded.slice(offset === 0 ? 0 : 4).replace(/.{4}$/, "");
}

/** Every file below a folder, by its path in it. */
export function filesBelow(folder: string): Places {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]),
  );
}

/** Collects the command lines of all processes of the machine until it is stopped, as other users could. */
export function watchCommandLines(): { seen(): string; stop(): void } {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) seen.add(commandLine(pid));
  };
  const timer = setInterval(look, 50);
  return { seen: () => [...seen].join("\n"), stop: () => clearInterval(timer) };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch (error) {
    // It ended between the listing and the reading.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}
