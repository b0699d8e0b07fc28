import { runProgram } from "../programs/run-program";
import { startAgent } from "../agent/start-agent";

/** Container: sends what the service puts on the volume. */
void runProgram("sft-agent", () => startAgent(process.env));
