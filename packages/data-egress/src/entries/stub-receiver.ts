import { runProgram } from "../programs/run-program";
import { startStubReceiver } from "../receiver/start-receiver";

/** Container: takes what an agent sends, for environments without a real recipient. */
void runProgram("stub-receiver", () => startStubReceiver(process.env));
