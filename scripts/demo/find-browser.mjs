import { readSettings } from "@slipway/local";
import { execFile } from "node:child_process";
import { accessSync, constants, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell"];
const PACKAGE = join(import.meta.dirname, "browser");
const PINNED = "143.0.4";
/** The package unpacks its libraries only where it believes to be in a function of this runtime. */
const AS_IN_A_FUNCTION = { AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" };
const UNPACK = `import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath())`;

const execute = promisify(execFile);

/**
 * A browser that can be run without a screen: one of this machine, else one from the package registry, which is kept.
 *
 * @param say Tells what takes its time.
 * @returns `{ path, env }`: the program, and what its environment needs besides.
 * @throws Error when there is none, saying why.
 */
export async function findBrowser(say) {
  const found = onPath();
  if (found !== undefined) return { path: found, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `no chromium on the search path, and the packaged one is not made for ${process.platform} ${process.arch}`,
    );
  }
  const folder = join(readSettings(process.env).cacheDirectory, "browser", PINNED);
  if (!existsSync(folder)) await install(folder, say);
  return {
    path: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: join(folder, "al2023", "lib"), FONTCONFIG_FILE: describeFonts(folder) },
  };
}

/** Says where the package's fonts are; its own file names a folder that only a function has. @returns the file */
function describeFonts(folder) {
  const file = join(folder, "fonts.conf");
  const [fonts, cache] = [join(folder, "fonts"), join(folder, "fonts-cache")];
  const head = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n';
  writeFileSync(file, `${head}<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>\n`);
  return file;
}

function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs the package as it is locked, and unpacks it; the folder is there when all of it is. */
async function install(folder, say) {
  say(`no chromium on the search path: getting @sparticuz/chromium ${PINNED} from the npm registry, 65 MB, once`);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(PACKAGE, file), join(unfinished, file));
    await execute("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: unfinished,
    });
    const env = { ...process.env, ...AS_IN_A_FUNCTION, TMPDIR: unfinished };
    await execute(process.execPath, ["-e", UNPACK], { cwd: unfinished, env });
    rmSync(join(unfinished, "node_modules"), { recursive: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
