/** Loaded into the programs that the engine starts, before anything of theirs: one that lost the engine fails. */
import { hasLostEngine, LOST_ENGINE } from "./lost-engine";

/** How the SDK ends a program that told its error, so that the language host adds none. */
const ERROR_TOLD = 32;

process.on("exit", (code) => {
  if (code !== 0 || !hasLostEngine()) return;
  process.stderr.write(`${LOST_ENGINE}\n`);
  process.exitCode = ERROR_TOLD;
});
