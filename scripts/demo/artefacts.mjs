import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "@slipway/local";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "./teller.mjs";

const bucketOf = (environment) => `slipway-demo-${environment}-artefact`;
const inEnvironment = (environment) => ({
  region: LOCAL_REGION,
  credentials: { accessKeyId: LOCAL_ACCOUNTS[environment], secretAccessKey: "local" },
});
const s3In = (environment) => new S3Client({ ...inEnvironment(environment), forcePathStyle: true });

/** Puts an artefact into an environment's bucket, as a build job does. */
export const putArtefact = (environment, Key, Body) =>
  s3In(environment).send(new PutObjectCommand({ Bucket: bucketOf(environment), Key, Body }));

/** Deletes an artefact by hand, as nobody should. */
export const deleteArtefact = (environment, Key) =>
  s3In(environment).send(new DeleteObjectCommand({ Bucket: bucketOf(environment), Key }));

async function bytesOf(environment, Key) {
  try {
    const { Body } = await s3In(environment).send(new GetObjectCommand({ Bucket: bucketOf(environment), Key }));
    return Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if (error.name === "NoSuchKey") return undefined;
    throw error;
  }
}

/** Asks until it is so; nothing tells when a copy arrives or an alarm goes off. */
async function waitUntil(signal, holds, otherwise, limit = 120_000) {
  const deadline = performance.now() + limit;
  while (!(await holds())) {
    expect(performance.now() < deadline, otherwise);
    await pause(250, undefined, { signal });
  }
}

/** Waits until an environment holds an artefact with this content. */
export async function arrived(teller, environment, key, body) {
  const holds = async () => (await bytesOf(environment, key))?.equals(Buffer.from(body)) ?? false;
  await waitUntil(teller.signal, holds, `${key} did not arrive in ${environment}`);
  teller.say(`${environment} holds ${key}`);
}

/** Runs a function now instead of on its schedule. */
export async function runNow(environment, FunctionName) {
  const { FunctionError, Payload } = await new LambdaClient(inEnvironment(environment)).send(
    new InvokeCommand({ FunctionName }),
  );
  expect(FunctionError === undefined, `${FunctionName} failed: ${Buffer.from(Payload ?? "")}`);
}

const refusal = (environment) => ({
  RoleName: `${bucketOf(environment)}-promote`,
  PolicyName: "demo-refuses-every-copy",
});

/** Takes the right to write from the function that promotes to an environment. */
export const refuseCopies = (environment) => {
  const Statement = { Effect: "Deny", Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucketOf(environment)}/*` };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  return new IAMClient(inEnvironment(environment)).send(
    new PutRolePolicyCommand({ ...refusal(environment), PolicyDocument }),
  );
};

/** Gives it back. */
export const allowCopies = (environment) =>
  new IAMClient(inEnvironment(environment)).send(new DeleteRolePolicyCommand(refusal(environment)));

/** Waits until the alarm on an environment's dead letters has gone off. */
export async function alarmed(teller, environment) {
  const client = new CloudWatchClient(inEnvironment(environment));
  const ringing = async () => {
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ StateValue: "ALARM" }));
    return MetricAlarms.find(({ AlarmName }) => AlarmName.includes("promote-dead-letters-depth"));
  };
  await waitUntil(teller.signal, ringing, `no alarm for the dead letters of ${environment}`);
  const { AlarmName, StateReason } = await ringing();
  teller.say(`alarm ${AlarmName}: ${StateReason}`);
}
