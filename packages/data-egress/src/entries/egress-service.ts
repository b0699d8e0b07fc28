import { connectService } from "../adapters/connection";
import { serve } from "../handlers/serve";

/** The service's container: works until it is told to end, and then puts back what it is at. */
async function main(): Promise<void> {
  const ending = new AbortController();
  process.once("SIGTERM", () => ending.abort());
  process.once("SIGINT", () => ending.abort());
  const deps = connectService(process.env);
  await serve(deps, ending.signal);
  deps.folders.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`data egress: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
