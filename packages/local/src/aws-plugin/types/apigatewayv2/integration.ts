import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { ABSENT, locate } from "./locate";

type Args = Plain<aws.apigatewayv2.IntegrationArgs>;

const request = (inputs: Args) => ({
  ConnectionType: inputs.connectionType as "INTERNET",
  CredentialsArn: inputs.credentialsArn,
  Description: inputs.description ?? "",
  IntegrationMethod: inputs.integrationMethod,
  IntegrationType: inputs.integrationType as "AWS_PROXY",
  IntegrationUri: inputs.integrationUri,
  PayloadFormatVersion: inputs.payloadFormatVersion,
  TimeoutInMillis: inputs.timeoutMilliseconds,
});

/** What a route of an API calls. Id: its id; an import names it `api/integration`. */
export const integration: ResourceType<aws.apigatewayv2.IntegrationArgs, aws.apigatewayv2.IntegrationState> = {
  token: "aws:apigatewayv2/integration:Integration",
  inputs: {
    apiId: { required: true, replaces: true },
    connectionType: { default: "INTERNET" },
    credentialsArn: {},
    description: {},
    // A function is always called with POST.
    integrationMethod: { computed: true },
    integrationType: { required: true, replaces: true },
    integrationUri: {},
    payloadFormatVersion: { default: "1.0" },
    timeoutMilliseconds: { computed: true },
  },
  outputs: ["integrationResponseSelectionExpression"],

  async create({ clients }, inputs) {
    const gateway = await clients.apigatewayv2();
    return String((await gateway.createIntegration({ ...request(inputs), ApiId: inputs.apiId })).IntegrationId);
  },

  async read({ clients }, id, known) {
    const { ApiId, part } = locate(id, known.apiId);
    const gateway = await clients.apigatewayv2();
    const found = await unlessAbsent(gateway.getIntegration({ ApiId, IntegrationId: part }), ABSENT);
    if (found === undefined) return undefined;
    return {
      id: part,
      apiId: ApiId,
      connectionType: found.ConnectionType,
      credentialsArn: found.CredentialsArn ?? "",
      description: found.Description ?? "",
      integrationMethod: found.IntegrationMethod,
      integrationResponseSelectionExpression: found.IntegrationResponseSelectionExpression ?? "",
      integrationType: found.IntegrationType,
      integrationUri: found.IntegrationUri,
      payloadFormatVersion: found.PayloadFormatVersion,
      timeoutMilliseconds: found.TimeoutInMillis,
    };
  },

  async update({ clients }, id, { inputs }) {
    const gateway = await clients.apigatewayv2();
    await gateway.updateIntegration({ ...request(inputs), ApiId: inputs.apiId, IntegrationId: id });
  },

  async delete({ clients }, id, { apiId }) {
    await unlessAbsent((await clients.apigatewayv2()).deleteIntegration({ ApiId: apiId, IntegrationId: id }), ABSENT);
  },
};
