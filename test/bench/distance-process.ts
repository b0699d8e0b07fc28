import { startProxy } from "@slipway/testing";

const [, , target = "", latency] = process.argv;

// It ends when its parent lets go of it, and with it.
void startProxy({ target, latency: Number(latency) }).then(({ url, close }) => {
  process.once("disconnect", () => void close());
  process.send?.(url);
});
