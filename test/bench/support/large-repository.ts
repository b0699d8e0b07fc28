import { spawn } from "node:child_process";
import { once } from "node:events";

/** How large a repository is. */
export interface RepositorySize {
  readonly files: number;
  readonly commits: number;
  /** Files that a commit rewrites. */
  readonly rewritten: number;
  /** Words in a file. */
  readonly words: number;
}

/** The same numbers for the same seed, on every machine. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Text that compresses about as well as source does: words of a small vocabulary, in lines. */
function text(random: Generator<number, never>, words: number): string {
  const word = () => {
    const index = Math.floor(random.next().value ** 2 * 4000);
    return `${index.toString(36)}${"etaoinshr"[index % 9] ?? ""}`;
  };
  return Array.from({ length: words }, (_, index) => `${word()}${index % 9 === 8 ? "\n" : " "}`).join("");
}

const data = (content: string): string => `data ${Buffer.byteLength(content)}\n${content}\n`;

function* stream({ files, commits, rewritten, words }: RepositorySize): Generator<string> {
  const random = numbers(7);
  const path = (index: number) => `src/module-${index % 50}/part-${Math.floor(index / 50)}.txt`;
  for (let commit = 0; commit < commits; commit++) {
    yield `commit refs/heads/main\ncommitter Ada <ada@example.org> ${1_760_000_000 + commit * 60} +0000\n`;
    yield data(`Change ${commit}`);
    const count = commit === 0 ? files : rewritten;
    for (let index = 0; index < count; index++) {
      const file = commit === 0 ? index : Math.floor(random.next().value * files);
      yield `M 100644 inline ${path(file)}\n${data(text(random, words))}`;
    }
    yield "\n";
  }
}

/** Fills a bare repository with history and packs it as a host would. */
export async function fillRepository(folder: string, size: RepositorySize): Promise<void> {
  const child = spawn("git", ["-C", folder, "fast-import", "--quiet"], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = once(child, "close");
  for (const piece of stream(size)) if (!child.stdin.write(piece)) await once(child.stdin, "drain");
  child.stdin.end();
  if ((await ended)[0] !== 0) throw new Error("git fast-import failed");
  const packing = spawn("git", ["-C", folder, "repack", "-adq", "--write-bitmap-index"], { stdio: "inherit" });
  if ((await once(packing, "close"))[0] !== 0) throw new Error("git repack failed");
}
