import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { createDocumentClient } from "../../../packages/release-tracker/src/adapters/aws-clients";
import { DynamoDeploymentStore } from "../../../packages/release-tracker/src/adapters/dynamo-deployment-store";
import { DynamoHoldStore } from "../../../packages/release-tracker/src/adapters/dynamo-hold-store";
import { DynamoLeaseStore } from "../../../packages/release-tracker/src/adapters/dynamo-lease-store";
import { DynamoReleaseStore } from "../../../packages/release-tracker/src/adapters/dynamo-release-store";
import { SsmImageLabels } from "../../../packages/release-tracker/src/adapters/ssm-image-labels";
import { realSleeper, systemClock } from "@slipway/aws-runtime";
import { imageLabelsContract } from "../../../packages/release-tracker/test/contracts/image-labels";
import { storesContract } from "../../../packages/release-tracker/test/contracts/stores";
import { createTables } from "./tables";

storesContract("DynamoDB", async () => {
  const plain = new DynamoDBClient();
  const tables = await createTables(plain);
  const client = createDocumentClient(plain);
  return {
    releases: new DynamoReleaseStore(client, tables, realSleeper),
    deployments: new DynamoDeploymentStore(client, tables, realSleeper),
    leases: new DynamoLeaseStore(client, tables.deployments, systemClock),
    holds: new DynamoHoldStore(client, tables.deployments),
  };
});

imageLabelsContract("SSM", async () => {
  const client = new SSMClient();
  const projectId = `shop-${randomUUID().slice(0, 8)}`;
  const labels = new SsmImageLabels(client, projectId, { admit: () => Promise.resolve() });
  return {
    labels,
    putSecure: async (label, service, value) => {
      const name = `/${projectId}/images/${label}/${service}`;
      await client.send(new PutParameterCommand({ Name: name, Value: value, Type: "SecureString" }));
    },
  };
});
