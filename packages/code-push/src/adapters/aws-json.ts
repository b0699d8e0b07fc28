import { AwsClient } from "aws4fetch";
import { callAws } from "@slipway/aws-runtime";

/** Keys that requests are signed with. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Where AWS is, and who calls it. */
export interface AwsJsonSettings {
  readonly region: string;
  /** In place of AWS, e.g. the emulator. */
  readonly endpoint?: string | undefined;
  /** Asked before each request, since keys end. */
  readonly keys: () => Promise<AwsKeys>;
}

/** One operation of a service that speaks AWS JSON. */
export interface AwsOperation {
  /** As in the host name and in the signature, e.g. `sqs`. */
  readonly service: string;
  /** e.g. `AmazonSQS.SendMessageBatch`. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
}

const RETRIES = 3;
/** Milliseconds; the sender of a webhook waits for ten seconds at most. */
const PATIENCE = 3_000;

/**
 * Calls SQS, SSM and Secrets Manager without their SDK clients, which are 740 kB of a bundle that is loaded while a
 * sender waits.
 */
export class AwsJson {
  /** Keys that are made of the credentials, for a day, a region and a service each. */
  private readonly signingKeys = new Map<string, ArrayBuffer>();

  constructor(private readonly settings: AwsJsonSettings) {}

  /** @throws what `callAws` throws; an error of the service has its name. */
  call<T>({ service, target, version }: AwsOperation, body: object): Promise<T> {
    return callAws(`${service}:${target.split(".").at(-1)}`, async () => {
      const { region, endpoint = defaultEndpoint(service, region), keys } = this.settings;
      const client = new AwsClient({ ...(await keys()), service, region, retries: RETRIES, cache: this.signingKeys });
      const response = await client.fetch(endpoint, {
        method: "POST",
        headers: { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const text = await response.text();
      if (!response.ok) throw serviceError(response.status, text);
      return JSON.parse(text === "" ? "{}" : text) as T;
    });
  }
}

/** Settings from the variables that Lambda sets, and those that AWS's own tools read. */
export const settingsFromEnvironment = (env: Readonly<Record<string, string | undefined>>): AwsJsonSettings => ({
  region: env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1",
  endpoint: env["AWS_ENDPOINT_URL"] === "" ? undefined : env["AWS_ENDPOINT_URL"],
  keys: async () => ({
    accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
    sessionToken: env["AWS_SESSION_TOKEN"],
  }),
});

const defaultEndpoint = (service: string, region: string): string =>
  `https://${service}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`;

/** Named as the SDK names it, so that `callAws` translates it alike. */
function serviceError(status: number, text: string): Error {
  const { type, message } = readError(text);
  const error = new Error(message);
  error.name = type.split("#").at(-1)?.split(":")[0] ?? "UnknownError";
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}

function readError(text: string): { readonly type: string; readonly message: string } {
  try {
    const { __type: type = "UnknownError", message, Message } = JSON.parse(text) as Record<string, string | undefined>;
    return { type, message: message ?? Message ?? type };
  } catch {
    return { type: "UnknownError", message: text.slice(0, 200) };
  }
}
