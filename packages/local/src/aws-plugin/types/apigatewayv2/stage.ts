import type * as aws from "@pulumi/aws";
import type { RouteSettings } from "@aws-sdk/client-apigatewayv2";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagMap } from "../tags";
import { ABSENT, apiArn, executionArn, locate } from "./locate";

type Args = Plain<aws.apigatewayv2.StageArgs>;
type Settings = NonNullable<Args["defaultRouteSettings"]>;

const SETTINGS = ["accessLogSettings", "autoDeploy", "defaultRouteSettings", "description"] as const;
const DEFAULT_STAGE = "$default";

const toRouteSettings = (settings: Settings | undefined): RouteSettings | undefined =>
  settings && {
    DetailedMetricsEnabled: settings.detailedMetricsEnabled ?? false,
    ThrottlingBurstLimit: settings.throttlingBurstLimit,
    ThrottlingRateLimit: settings.throttlingRateLimit,
  };

const fromRouteSettings = (settings: RouteSettings | undefined): Settings => ({
  detailedMetricsEnabled: settings?.DetailedMetricsEnabled ?? false,
  throttlingBurstLimit: settings?.ThrottlingBurstLimit,
  throttlingRateLimit: settings?.ThrottlingRateLimit,
});

const request = ({ accessLogSettings: log, ...inputs }: Args) => ({
  AccessLogSettings: log && { DestinationArn: log.destinationArn, Format: log.format },
  AutoDeploy: inputs.autoDeploy,
  DefaultRouteSettings: toRouteSettings(inputs.defaultRouteSettings),
  Description: inputs.description ?? "",
});

/** Where a deployed HTTP API answers. Id: its name; an import names it `api/stage`. */
export const stage: ResourceType<aws.apigatewayv2.StageArgs, aws.apigatewayv2.StageState> = {
  token: "aws:apigatewayv2/stage:Stage",
  inputs: {
    accessLogSettings: { fields: { destinationArn: true, format: true } },
    apiId: { required: true, replaces: true },
    autoDeploy: { default: false },
    defaultRouteSettings: {
      computed: true,
      fields: { detailedMetricsEnabled: true, throttlingBurstLimit: true, throttlingRateLimit: true },
    },
    description: {},
    name: { replaces: true, computed: true },
    tags: { kind: "map" },
  },
  outputs: ["arn", "deploymentId", "executionArn", "invokeUrl", "tagsAll"],
  volatile: ["deploymentId"],
  autoName: { property: "name", maxLength: 128 },
  identity: ["apiId", "name"],

  async create({ clients }, inputs) {
    const { apiId, name, tags } = inputs;
    const gateway = await clients.apigatewayv2();
    await gateway.createStage({ ...request(inputs), ApiId: apiId, StageName: name, Tags: tags });
    return String(name);
  },

  async read(context, id, known) {
    const { ApiId, part } = locate(id, known.apiId);
    const gateway = await context.clients.apigatewayv2();
    const found = await unlessAbsent(gateway.getStage({ ApiId, StageName: part }), ABSENT);
    if (found === undefined) return undefined;
    const arn = apiArn(context, ApiId, `/stages/${part}`);
    const { Tags } = await gateway.getTags({ ResourceArn: arn });
    const { AccessLogSettings: log } = found;
    return {
      id: part,
      accessLogSettings: log && { destinationArn: log.DestinationArn ?? "", format: log.Format ?? "" },
      apiId: ApiId,
      arn,
      autoDeploy: found.AutoDeploy ?? false,
      defaultRouteSettings: fromRouteSettings(found.DefaultRouteSettings),
      deploymentId: found.DeploymentId ?? "",
      description: found.Description ?? "",
      executionArn: await executionArn(context, ApiId, `/${part}`),
      invokeUrl: `https://${ApiId}.execute-api.${context.region}.amazonaws.com/${part === DEFAULT_STAGE ? "" : part}`,
      name: part,
      tags: fromTagMap(Tags),
    };
  },

  async update({ clients }, id, change) {
    const gateway = await clients.apigatewayv2();
    const { inputs } = change;
    if (change.changed(...SETTINGS)) {
      const AccessLogSettings = request(inputs).AccessLogSettings ?? {};
      await gateway.updateStage({ ...request(inputs), AccessLogSettings, ApiId: inputs.apiId, StageName: id });
    }
    const ResourceArn = change.state.arn;
    await applyTags(
      change,
      (Tags) => gateway.tagResource({ ResourceArn, Tags }),
      (TagKeys) => gateway.untagResource({ ResourceArn, TagKeys }),
    );
  },

  async delete({ clients }, id, { apiId }) {
    await unlessAbsent((await clients.apigatewayv2()).deleteStage({ ApiId: apiId, StageName: id }), ABSENT);
  },
};
