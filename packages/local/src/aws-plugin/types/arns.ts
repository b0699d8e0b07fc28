/**
 * The way a program refers to something that AWS reports by ARN: by ARN or by its last part. Answers the reference
 * when it means the same thing, else the ARN.
 */
export function asReferred(reference: string | undefined, arn: string | undefined): string | undefined {
  if (reference === undefined || arn === undefined) return arn;
  const isNamed = arn.endsWith(`/${reference}`) || arn.endsWith(`:${reference}`);
  return reference === arn || isNamed ? reference : arn;
}
