import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/testing";
import { AGENT_ENVIRONMENT, AGENT_SECRETS } from "../../../packages/data-egress/src/agent-contract";
import { parties, TestVolume } from "../../../packages/data-egress/test/support/agent-world";
import type { Measurement } from "../measure";
import { BenchReceiver } from "./receiver";

const MEBIBYTE = 1024 ** 2;
const SIZE = 2048 * MEBIBYTE;
const BOUND = 200;

/** Tells, when the program ends, the most memory that it had: resident kilobytes. */
const PRELOAD = `process.on("exit", () => process.stdout.write("maxRSS " + process.resourceUsage().maxRSS + "\\n"));`;

/** The most memory that the agent's program has while it sends one file of 2 GiB. */
export async function measureLargeFile(): Promise<readonly Measurement[]> {
  const receiver = await BenchReceiver.start();
  const volume = new TestVolume();
  try {
    const order = volume.handOver("data-egress/out", "large.bin", "", { bytes: SIZE, sha256: digestOfZeros() });
    volume.put(`data-egress/.slipway/orders/${order.id}.json`, JSON.stringify({ ...order, folder: "out" }));
    // A file of holes: nothing of it is on the disk, and all of it is read.
    truncateSync(join(volume.root, "data-egress/out/large.bin"), SIZE);
    const preload = join(volume.root, "preload.cjs");
    writeFileSync(preload, PRELOAD);
    const action = { name: "httpRequest", properties: { destination: receiver.url, mustConfirm: true } };
    const routes = [{ name: "out", source: "/data-egress/out", actions: [action] }];
    const { client, authority } = parties();
    const bundle = join(repositoryRoot, "packages/data-egress/dist/lambda/sft-agent/index.js");
    const started = performance.now();
    const agent = spawn(process.execPath, ["--require", preload, bundle], {
      env: {
        [AGENT_ENVIRONMENT.name]: "bench",
        [AGENT_ENVIRONMENT.volumes]: volume.root,
        [AGENT_ENVIRONMENT.configuration]: JSON.stringify({ sender: { routes } }),
        [AGENT_ENVIRONMENT.monitorPort]: "0",
        [AGENT_ENVIRONMENT.monitorHost]: "127.0.0.1",
        [AGENT_SECRETS.certificate]: client.certificate,
        [AGENT_SECRETS.privateKey]: client.privateKey,
        [AGENT_SECRETS.trust]: authority.certificate,
      },
    });
    let printed = "";
    let seconds = 0;
    for (const stream of [agent.stdout, agent.stderr]) {
      stream.on("data", (chunk) => {
        printed += String(chunk);
        if (seconds > 0 || !/"message":"(delivered|given up)"/.test(printed)) return;
        seconds = (performance.now() - started) / 1000;
        agent.kill("SIGTERM");
      });
    }
    await once(agent, "close");
    const right = printed.includes('"message":"delivered"') && (await receiver.counts()).files === 1;
    const kilobytes = Number(/maxRSS (\d+)/.exec(printed)?.[1] ?? Number.POSITIVE_INFINITY);
    return [
      {
        what: "MiB of memory that the agent has with a file of 2 GiB",
        value: right ? kilobytes / 1024 : Number.POSITIVE_INFINITY,
        bound: BOUND,
        detail: `${seconds.toFixed(1)} s, from the program's start; ${right ? "verified by the receiver" : printed}`,
      },
    ];
  } finally {
    volume.remove();
    await receiver.stop();
  }
}

function digestOfZeros(): string {
  const hash = createHash("sha256");
  const zeros = Buffer.alloc(64 * MEBIBYTE);
  for (let done = 0; done < SIZE; done += zeros.length) hash.update(zeros);
  return hash.digest("hex");
}
