import { withZipFile } from "../../src/adapters/zip-reader";

/** Reads one zip and tells how that ended, how long it took, and the most memory that it took. */
async function main(): Promise<void> {
  const started = performance.now();
  // Not the peak that the system keeps: on Linux that begins with the parent's.
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
  const [file = ""] = process.argv.slice(2);
  const outcome = await withZipFile(file, (source) => source.files()).then(
    (files) => ({ files: files.length }),
    (error: { readonly problem?: string }) => ({ problem: error.problem ?? String(error) }),
  );
  const milliseconds = performance.now() - started;
  clearInterval(sampler);
  process.stdout.write(JSON.stringify({ ...outcome, milliseconds, bytes: Math.max(peak, process.memoryUsage.rss()) }));
}

void main();
