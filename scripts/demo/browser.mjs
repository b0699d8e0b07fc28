import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Milliseconds that a page may take. */
const PATIENCE = 20_000;
const SIZE = { width: 1280, height: 900 };

/** Speaks the DevTools protocol over two pipes: messages of JSON with a NUL after each. */
class DevTools {
  #output;
  #number = 0;
  #answers = new Map();
  #listeners = [];

  constructor(output, input) {
    this.#output = output;
    let rest = "";
    input.setEncoding("utf8").on("data", (chunk) => {
      const messages = `${rest}${chunk}`.split("\0");
      rest = messages.pop();
      for (const message of messages) this.#take(JSON.parse(message));
    });
  }

  /** Hears of everything that happens from now on. */
  listen(listener) {
    this.#listeners.push(listener);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = (this.#number += 1);
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
      this.#output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  #take(message) {
    if (message.id === undefined) return this.#listeners.forEach((listener) => listener(message));
    this.#answers.get(message.id)?.(message);
    this.#answers.delete(message.id);
  }
}

/**
 * Opens a page in a browser without a screen and keeps a picture of it.
 *
 * @param browser What `findBrowser` found.
 * @param page `{ url, picture, signal }`: `picture` is the file that is written, a PNG.
 * @returns `{ title, text, requests }`: what the page shows, and `[status, url]` of all that it loaded.
 */
export async function lookAt(browser, { url, picture, signal }) {
  const profile = mkdtempSync(join(tmpdir(), "slipway-browser-"));
  const child = spawn(
    browser.path,
    // The pages are this machine's own; as root, and in many containers, there is no sandbox.
    ["--headless", "--no-sandbox", "--remote-debugging-pipe", "--hide-scrollbars", `--user-data-dir=${profile}`],
    {
      env: { ...process.env, ...browser.env },
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      // A group of its own, which ends with all its processes.
      detached: true,
      signal,
      timeout: PATIENCE,
      killSignal: "SIGKILL",
    },
  );
  const ended = once(child, "exit");
  try {
    const failed = once(child, "exit").then(() => {
      throw new Error(`the browser ${browser.path} ended without showing ${url}`);
    });
    failed.catch(() => {});
    return await Promise.race([failed, show(new DevTools(child.stdio[3], child.stdio[4]), url, picture)]);
  } finally {
    endGroup(child.pid);
    await ended.catch(() => {});
    // Its other processes may write for a moment longer.
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

function endGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

async function show(devTools, url, picture) {
  const { targetId } = await devTools.send("Target.createTarget", { url: "about:blank", ...SIZE });
  const { sessionId } = await devTools.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => devTools.send(method, params, sessionId);
  const requests = [];
  const loaded = new Promise((resolve) => {
    devTools.listen(({ method, params }) => {
      if (method === "Network.responseReceived") requests.push([params.response.status, params.response.url]);
      if (method === "Page.loadEventFired") resolve();
    });
  });
  await Promise.all([send("Page.enable"), send("Network.enable")]);
  await send("Emulation.setDeviceMetricsOverride", { ...SIZE, deviceScaleFactor: 1, mobile: false });
  await send("Page.navigate", { url });
  await loaded;
  const expression = "JSON.stringify({ title: document.title, text: document.body.innerText })";
  const { result } = await send("Runtime.evaluate", { expression, returnByValue: true });
  const { data } = await send("Page.captureScreenshot", { format: "png" });
  mkdirSync(dirname(picture), { recursive: true });
  writeFileSync(picture, Buffer.from(data, "base64"));
  return { ...JSON.parse(result.value), requests };
}
