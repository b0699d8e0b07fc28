import type { EventBridge } from "@aws-sdk/client-eventbridge";
import { applyTags, fromTagList, toTagList } from "../tags";

/** Name under which EventBridge says that something does not exist. */
export const ABSENT = "ResourceNotFoundException";

/** Tags of a bus or rule. */
export async function eventTags(
  events: EventBridge,
  ResourceARN: string | undefined,
): Promise<Record<string, string> | undefined> {
  const { Tags } = await events.listTagsForResource({ ResourceARN });
  return fromTagList(Tags);
}

/** Brings the tags of a bus or rule to the wanted ones. */
export async function updateEventTags(
  events: EventBridge,
  ResourceARN: string | undefined,
  change: Parameters<typeof applyTags>[0],
): Promise<void> {
  await applyTags(
    change,
    (tags) => events.tagResource({ ResourceARN, Tags: toTagList(tags) }),
    (TagKeys) => events.untagResource({ ResourceARN, TagKeys }),
  );
}
