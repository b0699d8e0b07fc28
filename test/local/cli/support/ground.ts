import { DeleteTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
} from "@aws-sdk/client-ecr";
import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterHistoryCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { createProject } from "@slipway/testing";
import { randomUUID } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inAccount, inventory } from "../../inventory";
import { createTables } from "../../release-tracker/tables";

const tools = inAccount(LOCAL_ACCOUNTS.tools);

/** A project with a tracker of its own, whose tables need no stack. */
export interface Ground {
  readonly projectId: string;
  /** Temporary folder without a manifest in it or above it; goes with the rest. */
  readonly root: string;
  /** Folder in it with a `Pulumi.yaml` of the repository's stacks and a manifest of this project. */
  readonly directory: string;
  /** Variables that say where its tracker is. */
  readonly env: Readonly<Record<string, string>>;
  readonly deploymentsTable: string;
  /** Repository in the registry, whose tags never move. */
  readonly repository: string;
  /** Everything that a command could have written: releases, deployments, leases, labels with their history, images. */
  stored(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** A manifest with the two environments of the repository's stacks. */
export const manifestOf = (projectId: string): string =>
  JSON.stringify({
    [projectId]: {
      name: "Ground",
      environments: [
        { id: "staging", name: "Staging" },
        { id: "production", name: "Production", requires: "staging" },
      ],
    },
  });

/** Makes one on the emulator that the environment variables name. */
export async function createGround(): Promise<Ground> {
  const projectId = `ground-${randomUUID().slice(0, 8)}`;
  const root = realpathSync(mkdtempSync(join(tmpdir(), "slipway-ground-")));
  const directory = createProject(join(root, "project"));
  writeFileSync(join(directory, ".slipway_project"), manifestOf(projectId));
  const tables = await createTables(new DynamoDBClient(tools));
  const repository = `${projectId}/api`;
  const registry = new ECRClient(tools);
  await registry.send(new CreateRepositoryCommand({ repositoryName: repository, imageTagMutability: "IMMUTABLE" }));
  return {
    projectId,
    root,
    directory,
    env: { SLIPWAY_RELEASES_TABLE: tables.releases, SLIPWAY_DEPLOYMENTS_TABLE: tables.deployments },
    deploymentsTable: tables.deployments,
    repository,
    stored: async () =>
      (
        await Promise.all([
          ...Object.values(tables).map(items),
          labels(projectId),
          images(registry, repository),
          inventory(LOCAL_ACCOUNTS.tools),
          inventory(LOCAL_ACCOUNTS.staging),
        ])
      ).flat(),
    remove: async () => {
      await registry.send(new DeleteRepositoryCommand({ repositoryName: repository, force: true }));
      await removeLabels(projectId);
      const dynamo = new DynamoDBClient(tools);
      await Promise.all(Object.values(tables).map((TableName) => dynamo.send(new DeleteTableCommand({ TableName }))));
      rmSync(root, { recursive: true });
    },
  };
}

async function items(table: string): Promise<readonly string[]> {
  const { Items = [] } = await new DynamoDBClient(tools).send(new ScanCommand({ TableName: table }));
  // A lease that was given back says only who looked last.
  return Items.filter(({ released }) => released?.BOOL !== true)
    .map((item) => JSON.stringify(item))
    .sort();
}

async function labelNames(projectId: string): Promise<readonly string[]> {
  const ParameterFilters = [{ Key: "Name", Option: "BeginsWith", Values: [`/${projectId}/`] }];
  const { Parameters = [] } = await new SSMClient(tools).send(new DescribeParametersCommand({ ParameterFilters }));
  return Parameters.map(({ Name = "" }) => Name);
}

/** Deletes what a project has published and deployed. */
export async function removeLabels(projectId: string): Promise<void> {
  const Names = [...(await labelNames(projectId))];
  if (Names.length > 0) await new SSMClient(tools).send(new DeleteParametersCommand({ Names }));
}

async function labels(projectId: string): Promise<readonly string[]> {
  const ssm = new SSMClient(tools);
  const names = await labelNames(projectId);
  const histories = await Promise.all(names.map((Name) => ssm.send(new GetParameterHistoryCommand({ Name }))));
  return histories.flatMap((history) => (history.Parameters ?? []).map((version) => JSON.stringify(version))).sort();
}

async function images(registry: ECRClient, repositoryName: string): Promise<readonly string[]> {
  const { imageDetails = [] } = await registry.send(new DescribeImagesCommand({ repositoryName }));
  return imageDetails.map(({ imageDigest, imageTags }) => `image ${imageDigest} ${imageTags?.join()}`).sort();
}
