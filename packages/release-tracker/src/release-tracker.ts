import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError, type PolicyDocument } from "@slipway/core";
import { arnParts, refuseUnknownArguments } from "@slipway/lambda";
import { DEFAULT_LABEL } from "./contract";
import { createDriftReconciler } from "./drift-reconciler";
import { requireId, roleName } from "./names";
import {
  deployerPolicy,
  imageReaderPolicy,
  publisherPolicy,
  readerPolicy,
  trustPrincipals,
  type PolicyScope,
} from "./policies";
import { createReleaseTables, type ReleaseTables } from "./release-tables";
import { readImages, UNRELEASED_IMAGE } from "./tracked-environment";

/** An environment that releases are deployed to, and how the tracker reaches it. */
export interface ReleaseEnvironment {
  /** Environment, as in the manifest file. */
  id: string;
  /** Role that deploys the environment's stack. @default the deployer's own credentials do */
  deployerRoleArn?: pulumi.Input<string>;
  /** Role made by an `EnvironmentObserver`. @default drift is seen in labels, not in what runs */
  observerRoleArn?: pulumi.Input<string>;
}

/** Arguments of {@link ReleaseTracker}. */
export interface ReleaseTrackerArgs {
  /** Project, as in the manifest file: the first part of its SSM paths. */
  projectId: string;
  /** Environments that releases are deployed to. */
  environments: ReleaseEnvironment[];
  /** Labels that publishers may write. @default ["latest"] */
  publisherLabels?: string[];
  /** ARNs of the ECR repositories whose tags are pinned to digests. @default none: images of other registries */
  repositoryArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Account ids or role ARNs whose stacks may read the labels through a role. @default no role */
  imageReaders?: pulumi.Input<pulumi.Input<string>[]>;
  /** Name of the event bus that the tracker's events go to. @default "default" */
  eventBusName?: pulumi.Input<string>;
  /** Minutes between two looks for drift, 1 to 720. @default 15 */
  driftEveryMinutes?: number;
  /** ARNs, e.g. of SNS topics, that the alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the tables refuse deletion, by Pulumi and by AWS. @default true; false only for development */
  protect?: boolean;
}

/**
 * Keeps the releases of one project: which images belong together, where they were deployed, and whether they still run.
 *
 * Creates, in the account that holds the images: the tables of releases and deployments, managed policies for those who
 * publish, deploy and read, a role for reading labels from other accounts, and a reconciler that reports drift.
 *
 * @example
 * const tracker = new ReleaseTracker("shop", { projectId: "shop", environments: [{ id: "staging" }] });
 * export const { releasesTable, deploymentsTable, eventBus } = tracker;
 *
 * @throws InvalidInputError naming the argument that cannot be used.
 */
export class ReleaseTracker extends pulumi.ComponentResource {
  /** Name of the table of releases. */
  readonly releasesTable: pulumi.Output<string>;
  /** Name of the table of deployments. */
  readonly deploymentsTable: pulumi.Output<string>;
  /** Name of the event bus. */
  readonly eventBus: pulumi.Output<string>;
  /** Policy for build jobs that publish images. */
  readonly publisherPolicyArn: pulumi.Output<string>;
  /** Policy for whoever prepares, deploys and rolls back. */
  readonly deployerPolicyArn: pulumi.Output<string>;
  /** Policy for whoever only looks. */
  readonly readerPolicyArn: pulumi.Output<string>;
  /** Role for reading labels from other accounts; undefined without `imageReaders`. */
  readonly imageReaderRoleArn: pulumi.Output<string | undefined>;
  /** Role of the drift reconciler, which observer roles trust. */
  readonly driftRoleArn: pulumi.Output<string>;
  /** Name of the drift reconciler's function. */
  readonly driftFunctionName: pulumi.Output<string>;

  private readonly projectId: string;

  constructor(name: string, args: ReleaseTrackerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("release-tracker:index:ReleaseTracker", name, args, opts);
    refuseUnknownArguments(__dirname, "release-tracker:index:ReleaseTracker", args);
    this.projectId = checkArgs(args);

    const tables = createReleaseTables(name, args.protect ?? true, this);
    this.eventBus = pulumi.output(args.eventBusName ?? "default");
    const scope = policyScope(args, tables, this.eventBus);
    const createPolicy = (role: string, document: (scope: PolicyScope) => PolicyDocument) =>
      new aws.iam.Policy(
        `${name}-${role}`,
        { policy: scope.apply((known) => JSON.stringify(document(known))) },
        { parent: this },
      ).arn;
    this.publisherPolicyArn = createPolicy("publisher", publisherPolicy);
    this.deployerPolicyArn = createPolicy("deployer", deployerPolicy);
    this.readerPolicyArn = createPolicy("reader", readerPolicy);
    this.imageReaderRoleArn = createImageReader(name, args, scope, this);
    const drift = createDriftReconciler(name, args, { tables, eventBus: this.eventBus, scope }, this);

    this.releasesTable = tables.releases.name;
    this.deploymentsTable = tables.deployments.name;
    this.driftRoleArn = drift.roleArn;
    this.driftFunctionName = drift.functionName;
    this.registerOutputs({
      releasesTable: this.releasesTable,
      deploymentsTable: this.deploymentsTable,
      eventBus: this.eventBus,
      publisherPolicyArn: this.publisherPolicyArn,
      deployerPolicyArn: this.deployerPolicyArn,
      readerPolicyArn: this.readerPolicyArn,
      imageReaderRoleArn: this.imageReaderRoleArn,
      driftRoleArn: this.driftRoleArn,
      driftFunctionName: this.driftFunctionName,
    });
  }

  /**
   * Image URI of a service under a label, read while the stack is deployed; for services in the tracker's own account.
   * A service without an image there gets `UNRELEASED_IMAGE`.
   */
  image(serviceId: string, label: string): pulumi.Output<string> {
    const images = readImages(this.projectId, requireId("label", label), this);
    return images.apply((found) => found[serviceId] ?? UNRELEASED_IMAGE);
  }
}

function checkArgs({ projectId, environments, publisherLabels = [] }: ReleaseTrackerArgs): string {
  requireId("projectId", projectId);
  const ids = environments.map(({ id }) => requireId("environments", id));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new InvalidInputError("environments", `${twice} appears twice`);
  const shared = publisherLabels.map((label) => requireId("publisherLabels", label)).find((one) => ids.includes(one));
  if (shared !== undefined) {
    throw new InvalidInputError(
      "publisherLabels",
      `${shared} is an environment, whose label only a deployment may write`,
      "publish under another label and deploy a release of it",
    );
  }
  return projectId;
}

const policyScope = (
  args: ReleaseTrackerArgs,
  tables: ReleaseTables,
  eventBus: pulumi.Output<string>,
): pulumi.Output<PolicyScope> =>
  pulumi
    .all([
      tables.releases.arn,
      tables.deployments.arn,
      eventBus,
      pulumi.output(args.repositoryArns ?? []),
      pulumi.output(args.environments),
    ])
    .apply(([releasesTableArn, deploymentsTableArn, bus, repositoryArns, environments]) => {
      const { partition, region, account } = arnParts(releasesTableArn);
      return {
        partition,
        region,
        account,
        projectId: args.projectId,
        releasesTableArn,
        deploymentsTableArn,
        eventBusArn: `arn:${partition}:events:${region}:${account}:event-bus/${bus}`,
        repositoryArns,
        publisherLabels: args.publisherLabels ?? [DEFAULT_LABEL],
        environments,
      };
    });

function createImageReader(
  name: string,
  { projectId, imageReaders }: ReleaseTrackerArgs,
  scope: pulumi.Output<PolicyScope>,
  parent: pulumi.Resource,
): pulumi.Output<string | undefined> {
  if (imageReaders === undefined) return pulumi.output(undefined);
  const role = new aws.iam.Role(
    `${name}-image-reader`,
    {
      name: roleName(projectId, "image-reader"),
      assumeRolePolicy: pulumi.output(imageReaders).apply((readers) => JSON.stringify(trustPrincipals(readers))),
    },
    { parent },
  );
  new aws.iam.RolePolicy(
    `${name}-read-images`,
    { role: role.name, policy: scope.apply((known) => JSON.stringify(imageReaderPolicy(known))) },
    { parent },
  );
  return role.arn;
}
