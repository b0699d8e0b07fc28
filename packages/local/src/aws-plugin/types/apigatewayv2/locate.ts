import type { Context } from "../../context";

/** What API Gateway answers for anything that is not there. */
export const ABSENT = "NotFoundException";

/** Which part of which API: the known API and the id, or both from an import's `api/part`. */
export function locate(id: string, apiId: string | undefined): { readonly ApiId: string; readonly part: string } {
  if (apiId !== undefined) return { ApiId: apiId, part: id };
  const [ApiId = "", ...rest] = id.split("/");
  return { ApiId, part: rest.join("/") };
}

/** ARN of an API or, with a path, of something in it. */
export function apiArn({ partition, region }: Context, apiId: string, path = ""): string {
  return `arn:${partition}:apigateway:${region}::/apis/${apiId}${path}`;
}

/** The ARN that permissions to invoke an API, or one stage of it, are about. */
export async function executionArn(
  { partition, region, accountId }: Context,
  apiId: string,
  path = "",
): Promise<string> {
  return `arn:${partition}:execute-api:${region}:${await accountId()}:${apiId}${path}`;
}
