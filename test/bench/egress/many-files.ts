import { randomFillSync } from "node:crypto";
import { execFile } from "node:child_process";
import { createReadStream, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { Agent as HttpsAgent, request } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import pMap from "p-map";
import { realSleeper, systemClock } from "@slipway/aws-runtime";
import { digestField } from "../../../packages/data-egress/src/agent/digest";
import { Agent } from "../../../packages/data-egress/src/agent/agent";
import { HttpsRecipients } from "../../../packages/data-egress/src/agent/https-recipients";
import { Volume } from "../../../packages/data-egress/src/agent/volume";
import { NodeDisk } from "../../../packages/data-egress/src/agent/node-disk";
import {
  configurationOf,
  materialOf,
  MemoryReporter,
  parties,
  sha256Of,
  TestVolume,
} from "../../../packages/data-egress/test/support/agent-world";
import { median, time, type Measurement } from "../measure";
import { BenchReceiver } from "./receiver";

const FILES = 1_000;
const SIZE = 1024 ** 2;
const CONCURRENCY = 8;
const ROUNDS = 3;

const names = Array.from({ length: FILES }, (_, index) => `file-${index}.bin`);
const content = randomFillSync(Buffer.alloc(SIZE));
const sha256 = sha256Of(content);

/** Whoever sends all files to a receiver; what is not the sending is done before. */
type Sender = (receiver: BenchReceiver) => Promise<{ readonly send: () => Promise<unknown>; readonly end: () => void }>;

const tls = () => materialOf(parties().client, parties().authority);

/** The agent as it is: orders and files on a volume, receipts afterwards. */
const ours: Sender = async (receiver) => {
  const volume = new TestVolume();
  const master = join(volume.root, ".master");
  writeFileSync(master, content);
  for (const name of names) {
    volume.handOver("out", name, "", { sha256, bytes: SIZE });
    volume.remove(`out/${name}`);
    linkSync(master, join(volume.root, "out", name));
  }
  const destination = { name: "httpRequest", properties: { destination: receiver.url, mustConfirm: true } };
  const configuration = configurationOf({ actions: [destination], maxThreadPoolSize: CONCURRENCY });
  const source = tls();
  const settings = { connections: CONCURRENCY, connectionTimeout: 5000, timeout: 60_000 };
  const recipients = new HttpsRecipients({ current: async () => source }, settings);
  const disk = new NodeDisk(volume.root);
  const reporter = new MemoryReporter();
  const ports = { disk, volume: new Volume(disk), recipients, reporter, clock: systemClock, sleeper: realSleeper };
  const agent = new Agent(ports, configuration);
  const { signal } = new AbortController();
  return {
    send: async () => {
      await agent.look({ stop: signal, breakOff: signal });
      await agent.settled();
      if (reporter.lines.some((line) => !line.startsWith("delivered "))) throw new Error(reporter.lines.join("\n"));
    },
    end: () => {
      recipients.close();
      volume.remove();
    },
  };
};

/** The files alone, for those that know no orders. */
function plainFiles(): { readonly volume: TestVolume; readonly pathOf: (name: string) => string } {
  const volume = new TestVolume();
  mkdirSync(join(volume.root, "out"));
  const master = join(volume.root, ".master");
  writeFileSync(master, content);
  const pathOf = (name: string) => join(volume.root, "out", name);
  for (const name of names) linkSync(master, pathOf(name));
  return { volume, pathOf };
}

/** The least that Node can do: read, send, look at the status. It makes no digest, and keeps no account. */
const bareLoop: Sender = async (receiver) => {
  const { volume, pathOf } = plainFiles();
  const { options } = tls();
  const agent = new HttpsAgent({ ...options, ca: [...options.ca], keepAlive: true, maxSockets: CONCURRENCY });
  const headers = { "content-length": SIZE, "content-digest": digestField(sha256) };
  const sendOne = async (name: string): Promise<void> => {
    const sent = request(receiver.url, { method: "POST", agent, headers: { ...headers, "x-slipway-file": name } });
    const answered = new Promise<void>((resolve, reject) => {
      sent.on("error", reject);
      sent.on("response", (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.resume().on("end", resolve);
      });
    });
    await pipeline(createReadStream(pathOf(name)), sent);
    await answered;
  };
  return {
    send: () => pMap(names, sendOne, { concurrency: CONCURRENCY }),
    end: () => {
      agent.destroy();
      volume.remove();
    },
  };
};

/** `curl --parallel` with the same certificates, told of all files in its configuration. */
const curl: Sender = async (receiver) => {
  const { volume, pathOf } = plainFiles();
  const { client, authority } = parties();
  volume.put("client.pem", client.certificate);
  volume.put("client.key", client.privateKey);
  volume.put("ca.pem", authority.certificate);
  const at = (name: string) => join(volume.root, name);
  const each = names.map((name) =>
    [
      `url = "${receiver.url}"`,
      `data-binary = "@${pathOf(name)}"`,
      `header = "content-digest: ${digestField(sha256)}"`,
      `header = "x-slipway-file: ${name}"`,
      'header = "expect:"',
      `cert = "${at("client.pem")}"`,
      `key = "${at("client.key")}"`,
      `cacert = "${at("ca.pem")}"`,
      'output = "/dev/null"',
      "fail",
    ].join("\n"),
  );
  volume.put("curl.conf", each.join("\nnext\n"));
  const args = [
    "--silent",
    "--show-error",
    "--parallel",
    "--parallel-max",
    `${CONCURRENCY}`,
    "--config",
    at("curl.conf"),
  ];
  return { send: () => promisify(execFile)("curl", args, { maxBuffer: 1e8 }), end: () => volume.remove() };
};

interface Timed {
  readonly milliseconds: number;
  readonly handshakes: number;
}

async function measure(sender: Sender): Promise<Timed> {
  const receiver = await BenchReceiver.start();
  const { send, end } = await sender(receiver);
  try {
    const milliseconds = await time(send);
    const { handshakes, files } = await receiver.counts();
    if (files !== FILES) throw new Error(`${files} files came, of ${FILES}`);
    return { milliseconds, handshakes };
  } finally {
    end();
    await receiver.stop();
  }
}

async function hasCurl(): Promise<boolean> {
  const { stdout } = await promisify(execFile)("curl", ["--help", "all"]).catch(() => ({ stdout: "" }));
  return /--parallel-max/.test(stdout);
}

const rate = (milliseconds: number): string => `${((FILES * SIZE) / 1e6 / (milliseconds / 1000)).toFixed(0)} MB/s`;

/** Sends many files over mutual TLS, against a bare loop and against curl. */
export async function measureManyFiles(): Promise<readonly Measurement[]> {
  const peers = { "a bare keep-alive loop": { sender: bareLoop, floor: 0.8 } } as const;
  const withCurl = await hasCurl();
  if (!withCurl) process.stderr.write("no curl with --parallel on this machine: not compared with it\n");
  const all = { ...peers, ...(withCurl && { "curl --parallel": { sender: curl, floor: 0.7 } }) };
  const what = `${FILES} files of 1 MiB over mutual TLS`;
  const measurements: Measurement[] = [];
  let handshakes = 0;
  for (const [peer, { sender, floor }] of Object.entries(all)) {
    const ratios: number[] = [];
    const times: (readonly [number, number])[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [us, them] = [await measure(ours), await measure(sender)];
      handshakes = Math.max(handshakes, us.handshakes);
      // The first pair warms up.
      if (round === 0) continue;
      ratios.push(us.milliseconds / them.milliseconds);
      times.push([us.milliseconds, them.milliseconds]);
    }
    const [us, them] = [median(times.map(([a]) => a)), median(times.map(([, b]) => b))];
    measurements.push({
      what: `time of ${what}, against ${peer}`,
      value: median(ratios),
      bound: 1 / floor,
      detail: `${rate(us)} against ${rate(them)}; pairs from ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    });
  }
  return [
    { what: `handshakes of ${what}`, value: handshakes, bound: CONCURRENCY, detail: `${CONCURRENCY} at a time` },
    ...measurements,
  ];
}
