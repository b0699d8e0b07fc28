import type { ECS, Tag } from "@aws-sdk/client-ecs";
import { applyTags, fromTagMap } from "../tags";

/** Tags as ECS takes them. */
export function toEcsTags(tags: Readonly<Record<string, string>> | undefined): Tag[] | undefined {
  return tags === undefined ? undefined : Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** Tags as the state holds them; undefined when there are none. */
export function fromEcsTags(tags: readonly Tag[] | undefined): Record<string, string> | undefined {
  return fromTagMap(Object.fromEntries((tags ?? []).map(({ key = "", value = "" }) => [key, value])));
}

/** Brings the tags of an ECS resource to the wanted ones. */
export async function updateEcsTags(
  ecs: ECS,
  resourceArn: string,
  change: Parameters<typeof applyTags>[0],
): Promise<void> {
  await applyTags(
    change,
    (tags) => ecs.tagResource({ resourceArn, tags: toEcsTags(tags) }),
    (tagKeys) => ecs.untagResource({ resourceArn, tagKeys }),
  );
}
