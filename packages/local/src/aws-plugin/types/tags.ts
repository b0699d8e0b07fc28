/** A tag as most services write it. */
interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** AWS keeps this prefix for tags of its own, which no program can give. */
const isOwn = (key: string): boolean => !key.startsWith("aws:");

/** Tags as a list of `Key` and `Value`. */
export function toTagList(tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as an object; undefined when there are none. */
export function fromTagList(list: readonly Tag[] | undefined): Record<string, string> | undefined {
  return fromTagMap(Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])));
}

/** Tags without those of AWS itself; undefined when there are none. */
export function fromTagMap(tags: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  const own = Object.entries(tags ?? {}).filter(([key]) => isOwn(key));
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

/** What to set and what to remove to get from one set of tags to another. */
export function tagChanges(
  previous: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>> | undefined,
): { readonly set: Record<string, string>; readonly removed: string[] } {
  const entries = Object.entries(wanted ?? {}).filter(([key, value]) => previous?.[key] !== value);
  return {
    set: Object.fromEntries(entries),
    removed: Object.keys(previous ?? {}).filter((key) => wanted?.[key] === undefined),
  };
}

/** Applies a change of tags with a service's own pair of calls; a side without work makes no call. */
export async function applyTags(
  change: {
    readonly previous: { readonly tags?: Readonly<Record<string, string>> | undefined };
    readonly inputs: { readonly tags?: Readonly<Record<string, string>> | undefined };
  },
  tag: (set: Record<string, string>) => Promise<unknown>,
  untag: (keys: string[]) => Promise<unknown>,
): Promise<void> {
  const { set, removed } = tagChanges(change.previous.tags, change.inputs.tags);
  if (removed.length > 0) await untag(removed);
  if (Object.keys(set).length > 0) await tag(set);
}
