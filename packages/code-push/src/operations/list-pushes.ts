import pMap from "p-map";
import { UnknownRepositoryError } from "../core/errors";
import { RECEIPT_SUFFIX } from "../core/keys";
import { parseReceipt, type Receipt } from "../core/latest";
import type { ListedKey } from "../core/ports";
import type { Repository } from "../core/repositories";
import type { ListPushesInput, PushClient } from "../push-client";
import { prefixOf, type PushDependencies } from "./dependencies";

const READS_AT_ONCE = 8;
const DEFAULT_LIMIT = 50;
/** A receipt's key ends in the commit's, with whatever the template has after it. */
const SHA_IN_KEY = /([0-9a-f]{64}|[0-9a-f]{40})[^/]*$/;

/** Creates `listPushes`. */
export const createListPushes =
  (deps: PushDependencies): PushClient["listPushes"] =>
  async ({ repository, sha = "", limit = DEFAULT_LIMIT }: ListPushesInput = {}): Promise<readonly Receipt[]> => {
    const prefixes = new Set((await choose(deps, repository)).map((each) => prefixOf(deps, each)));
    const listed: ListedKey[] = [];
    for (const prefix of prefixes) {
      for await (const page of deps.archives.list(prefix))
        listed.push(...page.filter(({ key }) => isReceipt(key, sha)));
    }
    const latest = [...new Map(listed.map((each) => [each.key, each])).values()]
      .sort((a, b) => b.lastModified.getTime() - a.lastModified.getTime())
      .slice(0, limit);
    const texts = await pMap(latest, ({ key }) => deps.archives.readText(key), { concurrency: READS_AT_ONCE });
    const receipts = texts.flatMap((each) => (each === undefined ? [] : [parseReceipt(each.text)]));
    return receipts.filter((each) => each !== undefined && isOf(each, repository)) as readonly Receipt[];
  };

const isReceipt = (key: string, sha: string): boolean =>
  key.endsWith(RECEIPT_SUFFIX) && (SHA_IN_KEY.exec(key)?.[1]?.startsWith(sha.toLowerCase()) ?? false);

const isOf = (receipt: Receipt, repository: string | undefined): boolean =>
  repository === undefined || receipt.repository.toLowerCase() === repository.toLowerCase();

async function choose({ directory }: PushDependencies, id: string | undefined): Promise<readonly Repository[]> {
  const { all, byId } = await directory.repositories();
  if (id === undefined) return all;
  const found = byId(id);
  if (found === undefined) throw new UnknownRepositoryError(id);
  return [found];
}
