import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParametersCommand,
  paginateDescribeParameters,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import type { Parameter, ParameterMetadata, SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { imageParameterName, imagesPath } from "../contract";
import { ParameterHistoryFullError, SecureParameterError } from "../core/errors";
import type { ImageLabels, ImageValue, ImageVersion } from "../core/ports";
import { isAwsError, type RateLimiter } from "@slipway/aws-runtime";
import { callTracker } from "./call-tracker";

/** Names that one GetParameters or DeleteParameters takes. */
const BATCH = 10;
/** Names that the filter of one DescribeParameters takes, and parameters that it returns. */
const DESCRIBED = 50;
/** Requests at a time. */
const CONCURRENCY = 10;
/** Longest description that SSM takes. */
const DESCRIPTION_LENGTH = 1024;

/** Images of one project in SSM parameters `/{project}/images/{label}/{service}`. */
export class SsmImageLabels implements ImageLabels {
  constructor(
    private readonly client: SSMClient,
    private readonly projectId: string,
    private readonly limiter: RateLimiter,
  ) {}

  async list(label: string): Promise<readonly ImageVersion[]> {
    const path = imagesPath(this.projectId, label);
    const filter = { Key: "Path", Option: "OneLevel", Values: [path] };
    return callTracker(`ssm:DescribeParameters ${path}`, async () => {
      const found: ParameterMetadata[] = [];
      await this.limiter.admit();
      const pages = paginateDescribeParameters({ client: this.client, pageSize: 50 }, { ParameterFilters: [filter] });
      for await (const page of pages) {
        found.push(...(page.Parameters ?? []));
        if (page.NextToken !== undefined) await this.limiter.admit();
      }
      return found.flatMap((parameter) => toVersion(path, parameter) ?? []);
    });
  }

  async describe(label: string, services: readonly string[]): Promise<readonly ImageVersion[]> {
    const path = imagesPath(this.projectId, label);
    const answers = await pMap(
      batchesOf(services, DESCRIBED),
      async (batch) => {
        await this.limiter.admit();
        const Values = batch.map((service) => imageParameterName(this.projectId, label, service));
        const ParameterFilters = [{ Key: "Name", Option: "Equals", Values }];
        const command = new DescribeParametersCommand({ ParameterFilters, MaxResults: DESCRIBED });
        return (await callTracker(`ssm:DescribeParameters ${path}`, () => this.client.send(command))).Parameters ?? [];
      },
      { concurrency: CONCURRENCY },
    );
    return answers.flat().flatMap((parameter) => toVersion(path, parameter) ?? []);
  }

  async read(label: string, services: readonly string[]): Promise<readonly ImageValue[]> {
    const path = imagesPath(this.projectId, label);
    const pages = await pMap(
      batchesOf(services, BATCH),
      async (batch) => {
        await this.limiter.admit();
        const names = batch.map((service) => imageParameterName(this.projectId, label, service));
        const command = new GetParametersCommand({ Names: names, WithDecryption: false });
        return (await callTracker(`ssm:GetParameters ${path}`, () => this.client.send(command))).Parameters ?? [];
      },
      { concurrency: CONCURRENCY },
    );
    const parameters = pages.flat();
    const secure = parameters.filter(({ Type }) => Type === "SecureString");
    if (secure.length > 0) throw new SecureParameterError(secure.map(({ Name }) => Name ?? ""));
    return parameters.flatMap((parameter) => toValue(path, parameter) ?? []);
  }

  async put(label: string, service: string, uri: string, description: string): Promise<void> {
    const name = imageParameterName(this.projectId, label, service);
    const command = new PutParameterCommand({
      Name: name,
      Value: uri,
      Type: "String",
      Overwrite: true,
      Description: description.slice(0, DESCRIPTION_LENGTH),
    });
    try {
      await this.limiter.admit();
      await callTracker(`ssm:PutParameter ${name}`, () => this.client.send(command));
    } catch (error) {
      if (isAwsError(error, "ParameterMaxVersionLimitExceeded")) {
        throw new ParameterHistoryFullError(name, { cause: error });
      }
      throw error;
    }
  }

  async remove(label: string, services: readonly string[]): Promise<void> {
    const path = imagesPath(this.projectId, label);
    for (const batch of batchesOf(services, BATCH)) {
      await this.limiter.admit();
      const names = batch.map((service) => imageParameterName(this.projectId, label, service));
      await callTracker(`ssm:DeleteParameters ${path}`, () =>
        this.client.send(new DeleteParametersCommand({ Names: names })),
      );
    }
  }
}

const batchesOf = (services: readonly string[], size: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(services.length / size) }, (_, index) =>
    services.slice(index * size, (index + 1) * size),
  );

/** The service of a parameter directly below the path; other parameters are none of ours. */
function serviceOf(path: string, name: string | undefined): string | undefined {
  if (name === undefined || !name.startsWith(`${path}/`)) return undefined;
  const service = name.slice(path.length + 1);
  return service === "" || service.includes("/") ? undefined : service;
}

function toVersion(path: string, parameter: ParameterMetadata): ImageVersion | undefined {
  const service = serviceOf(path, parameter.Name);
  if (service === undefined) return undefined;
  return {
    service,
    version: parameter.Version ?? 0,
    secure: parameter.Type === "SecureString",
    publishedBy: parameter.Description === "" ? undefined : parameter.Description,
    publishedAt: parameter.LastModifiedDate,
  };
}

function toValue(path: string, { Name, Value, Version }: Parameter): ImageValue | undefined {
  const service = serviceOf(path, Name);
  return service === undefined || Value === undefined ? undefined : { service, uri: Value, version: Version ?? 0 };
}
