import { MemoryPipelines } from "../../src/library-memory";
import { pipelinesContract } from "../contracts/pipelines";

pipelinesContract("in memory", async () => new MemoryPipelines());
