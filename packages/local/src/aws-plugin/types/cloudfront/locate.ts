import type { Context } from "../../context";

/** ARN of something of CloudFront, which knows no regions. */
export const cloudfrontArn = async (context: Context, part: string): Promise<string> =>
  `arn:${context.partition}:cloudfront::${await context.accountId()}:${part}`;

/** A list as CloudFront writes it. */
export const items = <T>(list: readonly T[] | undefined): { Quantity: number; Items?: T[] } =>
  list === undefined || list.length === 0 ? { Quantity: 0 } : { Quantity: list.length, Items: [...list] };
