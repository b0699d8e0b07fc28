import { MemorySite } from "../../src/adapters/memory-site";
import { siteStoreContract } from "../contracts/site-store";

siteStoreContract("in memory", async () => {
  const store = new MemorySite();
  const fetch = async (key: string) => {
    const found = store.current(key);
    return found?.body && { ...found.headers, body: found.body.toString() };
  };
  return { store, fetch };
});
