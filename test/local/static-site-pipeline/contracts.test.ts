import { pipelinesContract } from "../../../packages/static-site-pipeline/test/contracts/pipelines";
import { createSitesTable, pipelinesOf } from "./sites-table";

pipelinesContract("DynamoDB", async () => pipelinesOf(await createSitesTable()));
