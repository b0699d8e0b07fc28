import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { ABSENT, locate } from "./locate";

type Args = Plain<aws.apigatewayv2.AuthorizerArgs>;

/** The official provider's own choice where there is something to tell callers apart by. */
const TTL_SECONDS = 300;

const ttlOf = ({ authorizerResultTtlInSeconds, identitySources = [] }: Args): number | undefined =>
  authorizerResultTtlInSeconds ?? (identitySources.length > 0 ? TTL_SECONDS : undefined);

const request = (inputs: Args) => ({
  AuthorizerCredentialsArn: inputs.authorizerCredentialsArn,
  AuthorizerPayloadFormatVersion: inputs.authorizerPayloadFormatVersion,
  AuthorizerType: inputs.authorizerType as "REQUEST",
  AuthorizerUri: inputs.authorizerUri,
  EnableSimpleResponses: inputs.enableSimpleResponses ?? false,
  IdentitySource: inputs.identitySources ?? [],
  Name: inputs.name,
});

/** Lambda authorizer of an API. Id: its id; an import names it `api/authorizer`. */
export const authorizer: ResourceType<aws.apigatewayv2.AuthorizerArgs, aws.apigatewayv2.AuthorizerState> = {
  token: "aws:apigatewayv2/authorizer:Authorizer",
  inputs: {
    apiId: { required: true, replaces: true },
    authorizerCredentialsArn: {},
    authorizerPayloadFormatVersion: {},
    authorizerResultTtlInSeconds: { computed: true },
    authorizerType: { required: true },
    authorizerUri: {},
    enableSimpleResponses: {},
    identitySources: {},
    name: { computed: true },
  },
  outputs: [],
  autoName: { property: "name", maxLength: 128 },

  async create({ clients }, inputs) {
    const made = await (
      await clients.apigatewayv2()
    ).createAuthorizer({ ...request(inputs), ApiId: inputs.apiId, AuthorizerResultTtlInSeconds: ttlOf(inputs) });
    return String(made.AuthorizerId);
  },

  async read({ clients }, id, known) {
    const { ApiId, part } = locate(id, known.apiId);
    const gateway = await clients.apigatewayv2();
    const found = await unlessAbsent(gateway.getAuthorizer({ ApiId, AuthorizerId: part }), ABSENT);
    if (found === undefined) return undefined;
    return {
      id: part,
      apiId: ApiId,
      authorizerCredentialsArn: found.AuthorizerCredentialsArn ?? "",
      authorizerPayloadFormatVersion: found.AuthorizerPayloadFormatVersion,
      authorizerResultTtlInSeconds: found.AuthorizerResultTtlInSeconds ?? 0,
      authorizerType: found.AuthorizerType,
      authorizerUri: found.AuthorizerUri,
      enableSimpleResponses: found.EnableSimpleResponses ?? false,
      identitySources: found.IdentitySource,
      name: found.Name,
    };
  },

  async update({ clients }, id, { inputs }) {
    await (
      await clients.apigatewayv2()
    ).updateAuthorizer({
      ...request(inputs),
      ApiId: inputs.apiId,
      AuthorizerId: id,
      AuthorizerResultTtlInSeconds: inputs.authorizerResultTtlInSeconds,
    });
  },

  async delete({ clients }, id, { apiId }) {
    await unlessAbsent((await clients.apigatewayv2()).deleteAuthorizer({ ApiId: apiId, AuthorizerId: id }), ABSENT);
  },
};
