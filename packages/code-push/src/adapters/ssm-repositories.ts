import { InvalidInputError, type Stopwatch } from "@slipway/core";
import type { RepositoryDirectory } from "../core/ports";
import { createRepositories, parseRepository, type Repositories } from "../core/repositories";
import { CachedValue } from "../core/secret-cache";
import type { AwsJson } from "./aws-json";

const LIST = { service: "ssm", target: "AmazonSSM.GetParametersByPath", version: "1.1" } as const;
/** Milliseconds for which the list is used. */
const FRESH = 60_000;

interface Page {
  readonly Parameters?: readonly { readonly Name?: string; readonly Value?: string }[];
  readonly NextToken?: string;
}

/** The configured repositories, one parameter each. */
export class SsmRepositories implements RepositoryDirectory {
  private readonly cached: CachedValue<Repositories>;

  constructor(
    private readonly aws: Pick<AwsJson, "call">,
    private readonly path: string,
    stopwatch: Stopwatch,
  ) {
    this.cached = new CachedValue(() => this.read(), stopwatch, FRESH);
  }

  repositories(): Promise<Repositories> {
    return this.cached.get();
  }

  private async read(): Promise<Repositories> {
    const found: ReturnType<typeof parseRepository>[] = [];
    let token: string | undefined;
    // A page can be empty and still have a successor.
    do {
      const body = { Path: this.path, MaxResults: 10, ...(token !== undefined && { NextToken: token }) };
      const { Parameters = [], NextToken }: Page = await this.aws.call<Page>(LIST, body);
      found.push(...Parameters.map(({ Name = "", Value = "" }) => parseParameter(Name, Value)));
      token = NextToken;
    } while (token !== undefined && token !== "");
    return createRepositories(found);
  }
}

function parseParameter(name: string, value: string): ReturnType<typeof parseRepository> {
  try {
    return parseRepository(JSON.parse(value));
  } catch (error) {
    if (error instanceof InvalidInputError) throw new InvalidInputError(name, error.message, error.hint);
    throw new InvalidInputError(name, "is no JSON");
  }
}
