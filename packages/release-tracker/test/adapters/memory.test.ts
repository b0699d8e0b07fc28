import { MemoryImageLabels } from "../../src/adapters/memory-images";
import {
  MemoryDeploymentStore,
  MemoryHoldStore,
  MemoryLeaseStore,
  MemoryReleaseStore,
  MemoryTables,
} from "../../src/adapters/memory-stores";
import { imageLabelsContract } from "../contracts/image-labels";
import { storesContract } from "../contracts/stores";
import { tickingClock } from "../fixtures";

storesContract("memory", async () => {
  const tables = new MemoryTables();
  return {
    releases: new MemoryReleaseStore(tables),
    deployments: new MemoryDeploymentStore(tables),
    leases: new MemoryLeaseStore(tables, tickingClock()),
    holds: new MemoryHoldStore(tables),
  };
});

imageLabelsContract("memory", async () => {
  const labels = new MemoryImageLabels("shop", tickingClock());
  return { labels, putSecure: async (label, service, value) => labels.putSecure(label, service, value) };
});
