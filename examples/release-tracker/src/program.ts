import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ReleaseTracker, TrackedEnvironment } from "@slipway/release-tracker";

/** Where the tasks of the service run. */
export interface ShopNetwork {
  readonly subnets: string[];
  readonly securityGroups: string[];
}

/** A release tracker and, in the same account, an environment with one service. */
export function shop({ subnets, securityGroups }: ShopNetwork) {
  const tracker = new ReleaseTracker("shop", { projectId: "shop", environments: [{ id: "staging" }] });
  const staging = new TrackedEnvironment("staging", { projectId: "shop", environmentId: "staging" });

  const cluster = new aws.ecs.Cluster("shop");
  const basket = new aws.ecs.TaskDefinition("basket", {
    family: "basket",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: pulumi.jsonStringify([{ name: "basket", image: staging.image("basket"), essential: true }]),
  });
  const service = new aws.ecs.Service("basket", {
    cluster: cluster.arn,
    taskDefinition: basket.arn,
    launchType: "FARGATE",
    desiredCount: staging.isReleased("basket").apply((released) => (released ? 1 : 0)),
    networkConfiguration: { subnets, securityGroups },
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
  staging.track("basket", { cluster: cluster.arn, service: service.id, container: "basket" });

  const { releasesTable, deploymentsTable, eventBus } = tracker;
  return { releasesTable, deploymentsTable, eventBus, releaseServices: staging.releaseServices };
}
