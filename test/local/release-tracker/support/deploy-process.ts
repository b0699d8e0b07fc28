// Deploys one release in a process of its own, so that a test can kill it. Says "ready" when it starts to deploy.
import { connectToAws, createTrackerClient } from "@slipway/release-tracker/library";
import type { TrackerConnection } from "@slipway/release-tracker/library";
import { servicesAsTheStackSays } from "./stack-services";

async function main(connection: TrackerConnection, environmentId: string, releaseId: string): Promise<void> {
  const client = createTrackerClient({ ...connectToAws(connection), services: servicesAsTheStackSays });
  process.stdout.write("ready\n");
  const { outcome } = await client.deployRelease({ environmentId, releaseId });
  process.stdout.write(`${outcome}\n`);
}

const [, , connection = "{}", environmentId = "", releaseId = ""] = process.argv;
void main(JSON.parse(connection) as TrackerConnection, environmentId, releaseId);
