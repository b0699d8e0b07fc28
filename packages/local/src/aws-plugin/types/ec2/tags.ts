import type { EC2, TagSpecification } from "@aws-sdk/client-ec2";
import { applyTags, toTagList } from "../tags";

/** Tags for a call that makes an EC2 resource. */
export function tagsOf(
  ResourceType: NonNullable<TagSpecification["ResourceType"]>,
  tags: Readonly<Record<string, string>> | undefined,
): TagSpecification[] | undefined {
  return tags === undefined ? undefined : [{ ResourceType, Tags: toTagList(tags) }];
}

/** Brings the tags of an EC2 resource to the wanted ones. */
export async function updateEc2Tags(ec2: EC2, id: string, change: Parameters<typeof applyTags>[0]): Promise<void> {
  await applyTags(
    change,
    (tags) => ec2.createTags({ Resources: [id], Tags: toTagList(tags) }),
    (keys) => ec2.deleteTags({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }),
  );
}

/** ARN of an EC2 resource, e.g. of kind `vpc`. */
export async function ec2Arn(
  context: { partition: string; region: string; accountId(): Promise<string> },
  kind: string,
  id: string,
): Promise<string> {
  return `arn:${context.partition}:ec2:${context.region}:${await context.accountId()}:${kind}/${id}`;
}
