// Starts a program once its process id is written down, so that the story can kill it as a failing machine would.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [file, program] = process.argv.slice(2);
writeFileSync(file, String(process.pid));
await import(pathToFileURL(program));
