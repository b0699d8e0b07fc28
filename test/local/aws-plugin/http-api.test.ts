import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { post } from "../http-api";
import { AnyResource, inlineStack, removeStack, deployed } from "./stack";
import { trust } from "./world";

const FUNCTION = "aws:lambda/function:Function";

const handler = (source: string) =>
  new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(`exports.handler = ${source};`) });

/** An API whose function answers with what it was called with, behind an authorizer that wants `good` in a header. */
const guarded: PulumiFn = async () => {
  const role = new AnyResource("aws:iam/role:Role", "gate", { assumeRolePolicy: trust("lambda.amazonaws.com") }, [
    "arn",
  ]);
  const createFunction = (name: string, source: string) =>
    new AnyResource(
      FUNCTION,
      name,
      { role: role.output("arn"), runtime: "nodejs20.x", handler: "index.handler", code: handler(source) },
      ["invokeArn"],
    );
  const echo = createFunction("echo", "async (event) => ({ statusCode: 200, body: JSON.stringify(event) })");
  const gate = createFunction(
    "gate",
    'async ({ headers }) => headers["x-token"] === "odd" ? "odd" : { isAuthorized: headers["x-token"] === "good" }',
  );
  const api = new AnyResource("aws:apigatewayv2/api:Api", "guarded", { protocolType: "HTTP" }, ["apiEndpoint"]);
  const authorizer = new AnyResource("aws:apigatewayv2/authorizer:Authorizer", "guarded", {
    apiId: api.id,
    authorizerType: "REQUEST",
    authorizerUri: gate.output("invokeArn"),
    authorizerPayloadFormatVersion: "2.0",
    authorizerResultTtlInSeconds: 0,
    enableSimpleResponses: true,
    identitySources: ["$request.header.X-Token"],
  });
  const integration = new AnyResource("aws:apigatewayv2/integration:Integration", "guarded", {
    apiId: api.id,
    integrationType: "AWS_PROXY",
    integrationUri: echo.output("invokeArn"),
    payloadFormatVersion: "2.0",
  });
  new AnyResource("aws:apigatewayv2/route:Route", "guarded", {
    apiId: api.id,
    routeKey: "POST /{thing}",
    authorizationType: "CUSTOM",
    authorizerId: authorizer.id,
    target: pulumi.interpolate`integrations/${integration.id}`,
  });
  new AnyResource("aws:apigatewayv2/stage:Stage", "guarded", { apiId: api.id, name: "$default", autoDeploy: true });
  return { endpoint: api.output("apiEndpoint") };
};

/** Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html (and …-develop-integrations-lambda.html) */
describe("HTTP APIs of the emulator", function () {
  this.timeout(120_000);
  let stack: Stack;
  let url: string;

  before(async () => {
    stack = await inlineStack("http-api", guarded);
    url = `${String((await deployed(stack))["endpoint"]?.value)}/thing`;
  });

  after(() => removeStack(stack));

  it("answer 401 when the header that tells callers apart is missing, and 403 when the authorizer says no", async () => {
    const missing = await post(url, "{}");
    const wrong = await post(url, "{}", { "x-token": "bad" });

    expect([missing.status, wrong.status]).to.deep.equal([401, 403]);
  });

  it("answer 500 when the authorizer answers something else", async () => {
    expect((await post(url, "{}", { "X-Token": "odd" })).status).to.equal(500);
  });

  it("answer 404 for what has no route", async () => {
    expect((await post(`${url}/more`, "{}", { "X-Token": "good" })).status).to.equal(404);
  });

  it("hand over path, names of headers in lower case, and a text as it came", async () => {
    const { status, body } = await post(`${url}?a=b%20c`, '{ "ä": 1 }', {
      "X-Token": "good",
      "Content-Type": "application/json",
    });

    const event = JSON.parse(body) as Record<string, unknown>;
    expect(status).to.equal(200);
    expect(event).to.deep.include({
      version: "2.0",
      routeKey: "POST /{thing}",
      rawPath: "/thing",
      rawQueryString: "a=b%20c",
      body: '{ "ä": 1 }',
      isBase64Encoded: false,
      pathParameters: { thing: "thing" },
    });
    expect(event["headers"]).to.include({ "x-token": "good", "content-type": "application/json" });
  });

  for (const type of ["application/x-www-form-urlencoded", "application/octet-stream"]) {
    it(`hand over ${type} as base64`, async () => {
      const { body } = await post(url, "payload=%7B%7D", { "X-Token": "good", "Content-Type": type });

      const event = JSON.parse(body) as { body: string; isBase64Encoded: boolean };
      expect(event.isBase64Encoded).to.equal(true);
      expect(Buffer.from(event.body, "base64").toString()).to.equal("payload=%7B%7D");
    });
  }
});
