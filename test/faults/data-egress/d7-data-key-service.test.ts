import { caughtBy, pickOne, randomIndex, randomNumbers, seededIt, type RandomNumbers } from "@slipway/testing";
import { expect } from "chai";
import { constants, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { DataKeyService, withDataKeyService } from "../../../packages/data-egress/src/adapters/data-key-service";
import type { RecipientAnswer, Recipients } from "../../../packages/data-egress/src/agent/ports";
import type { DataKeys } from "../../../packages/data-egress/src/core/ports";
import { StandInDataKeyService } from "../../../packages/data-egress/test/support/stand-in-data-key-service";
import {
  createWorld,
  FOLDER,
  newestJob,
  putFlag,
  row,
  SOURCE,
  sftRow,
  TARGET,
  work,
  type World,
} from "../../../packages/data-egress/test/support/world";

const PLAIN = "4929 1234 5678 9012, Ada Lovelace\n".repeat(100);
const FILES = 12;
/** Times that the service is asked for one key. */
const TRIES = 5;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const kms: DataKeys = {
  decrypt: () => Promise.reject(new Error("KMS is not asked")),
  create: () => Promise.reject(new Error("KMS is not asked")),
  recipientKey: async () => ({
    keyId: "theirs",
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  }),
};

/** What a call of the service meets in place of its answer. */
type Fault = () => RecipientAnswer;
const FAULTS: readonly [Fault, ...Fault[]] = [
  () => ({ status: 500, body: "" }),
  () => ({ status: 503, body: '{"error":"dependency failure"}' }),
  () => ({ status: 429, body: "" }),
  () => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  },
  () => {
    throw new Error("no sign of life for 8000 ms");
  },
];

/** The stand-in in memory, which meets as many faults before each key as it is told. */
class Wire implements Recipients {
  readonly standIn = new StandInDataKeyService();
  calls = 0;
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly random: RandomNumbers,
    private readonly failuresOf: (key: number) => number,
  ) {}

  async send({ url, open }: Parameters<Recipients["send"]>[0]): Promise<RecipientAnswer> {
    this.calls += 1;
    let body = "";
    for await (const chunk of await open()) body += String(chunk);
    const left = this.failures.get(body) ?? this.failuresOf(this.failures.size);
    this.failures.set(body, Math.max(0, left - 1));
    if (left > 0) return pickOne(this.random, FAULTS)();
    const { pathname, search } = new URL(url);
    const { status, body: answer = "" } = this.standIn.answerTo(`${pathname}${search}`, body);
    return { status, body: answer };
  }
}

interface Played {
  readonly world: World;
  readonly wire: Wire;
  readonly dataKeys: readonly Buffer[];
}

type Keys = (wire: Wire, world: World) => DataKeys;

const served: Keys = (requests, { time }) => {
  let calls = 0;
  const ids = { next: () => `call-${(calls += 1)}` };
  return withDataKeyService(new DataKeyService("https://dks", { requests, sleeper: time, stopwatch: time, ids }), kms);
};

/** A job of files that HTME encrypted, each with a key of its own. */
async function play(wire: Wire, items: Record<string, unknown>[], keys: Keys = served, files = FILES): Promise<Played> {
  const world = createWorld({ items, limits: { maxAttempts: 3, concurrency: 4 } });
  const dataKeys: Buffer[] = [];
  for (let n = 0; n < files; n += 1) {
    const { body, metadata, dataKey } = wire.standIn.encrypt(PLAIN);
    world.buckets.put(SOURCE, `${FOLDER}${n}.csv.enc`, body, { metadata });
    dataKeys.push(dataKey);
  }
  world.queue.push(putFlag(world));
  await work({ ...world, keys: keys(wire, world) }, world);
  return { world, wire, dataKeys };
}

const sent = ({ world }: Played): Record<string, string> => world.buckets.texts(TARGET);
const plainFiles = Object.fromEntries(Array.from({ length: FILES }, (_, n) => [`cbol/2024-12-31/${n}.csv`, PLAIN]));

/** Nothing that people or programs read holds a key or a file. */
async function saysNoSecret({ world, dataKeys }: Played): Promise<void> {
  const said = JSON.stringify([world.logged, world.events.published, world.queue.letters, await newestJob(world)]);
  const secrets = dataKeys.flatMap((key) => [key.toString("base64"), key.toString("hex")]);
  for (const secret of ["Lovelace", ...secrets]) expect(said, "what is said").to.not.include(secret);
}

describe("D7 a data key service that fails", () => {
  /** It fails up to four times before each key. */
  async function isWaitedFor(seed: number, keys: Keys = served): Promise<void> {
    const random = randomNumbers(seed);
    const played = await play(new Wire(random, () => randomIndex(random, TRIES)), [row({ decrypt: true })], keys);

    expect(await newestJob(played.world), "the job").to.include({ status: "Succeeded", attempts: 1 });
    expect(sent(played)).to.deep.equal(plainFiles);
    expect(played.wire.calls).to.be.greaterThan(FILES);
    await saysNoSecret(played);
  }

  seededIt("D7 F1 F5 k times and then answers delays its files, and costs no attempt of the job", (seed) =>
    isWaitedFor(seed),
  );

  seededIt("D7 mutant: a client that asks once", async (seed) => {
    const impatient: Keys = (wire, world) => ({
      ...served(wire, world),
      decrypt: (ciphertext, keyId = "") =>
        new DataKeyService("https://dks", {
          requests: wire,
          sleeper: { sleep: () => Promise.reject(new Error("it is not asked again")) },
          stopwatch: world.time,
          ids: { next: () => "call" },
        }).decrypt(ciphertext, keyId),
    });

    expect(await caughtBy(() => isWaitedFor(seed, impatient))).to.include("the job");
  });

  /** It is away for longer than one attempt asks, and only then there. */
  seededIt("D7 F1 longer than it is asked puts the job off; the next attempt sends what is missing", async (seed) => {
    const random = randomNumbers(seed);
    const away = randomIndex(random, FILES);
    const wire = new Wire(random, (key) => (key === away ? TRIES : 0));

    const played = await play(wire, [row({ decrypt: true })]);

    expect(await newestJob(played.world)).to.include({ status: "Succeeded", attempts: 2 });
    expect(sent(played)).to.deep.equal(plainFiles);
    expect(new Set(played.world.buckets.writes).size).to.equal(FILES);
    expect(played.world.buckets.writes).to.have.length(FILES);
    await saysNoSecret(played);
  });

  seededIt("D7 F1 for good ends in a letter with its own code, and nothing is sent", async (seed) => {
    const played = await play(new Wire(randomNumbers(seed), () => Infinity), [row({ decrypt: true })]);

    expect(await newestJob(played.world)).to.include({ status: "Failed", code: "data-key-service-unavailable" });
    expect(played.world.queue.letters.map(({ code }) => code)).to.deep.equal(["data-key-service-unavailable"]);
    expect(sent(played)).to.deep.equal({});
    // Not five times for each file: while it is away it is asked for those that are under way.
    expect(played.wire.calls).to.be.at.most(3 * 4 * TRIES);
    await saysNoSecret(played);
  });

  /** One file of two is under a key that nobody has. */
  async function isRefused(item: Record<string, unknown>, guard: (keys: DataKeys) => DataKeys = (keys) => keys) {
    const wire = new Wire(randomNumbers(0), () => 0);
    const world = createWorld({ items: [item] });
    for (const [name, by] of [
      ["a", wire.standIn],
      ["strange", new StandInDataKeyService()],
    ] as const) {
      const { body, metadata } = by.encrypt(PLAIN);
      world.buckets.put(SOURCE, `${FOLDER}${name}.csv.enc`, body, { metadata });
    }
    world.queue.push(putFlag(world));

    await work({ ...world, keys: guard(served(wire, world)) }, world);

    const job = await newestJob(world);
    expect(job, "the job").to.include({ status: "Refused", code: "data-key-refused", attempts: 1 });
    expect(await world.ledger.receipts(job.jobId)).to.have.length(1);
    expect(world.queue.letters.map(({ reason }) => reason).join()).to.match(
      /under key .* then redrive the dead letter/,
    );
  }

  for (const [way, item] of Object.entries({ S3: row({ decrypt: true }), SFT: sftRow({ decrypt: true }) })) {
    it(`D7 a key that it refuses is a refusal at once, by ${way}, and the other file is sent`, () => isRefused(item));
  }

  it("D7 mutant: a refusal that is one failure among others", async () => {
    const vague = (keys: DataKeys): DataKeys => ({
      ...keys,
      decrypt: (ciphertext, keyId) =>
        keys.decrypt(ciphertext, keyId).catch(({ message }: Error) => Promise.reject(new Error(message))),
    });

    expect(await caughtBy(() => isRefused(row({ decrypt: true }), vague))).to.include("the job");
  });

  seededIt("D7 F1 rewraps with the service's keys too, and only the recipient can decrypt them", async (seed) => {
    const random = randomNumbers(seed);
    const item = row({ rewrap_datakey: true, encrypting_key_ssm_parm_name: "/theirs" });

    const played = await play(new Wire(random, () => randomIndex(random, TRIES)), [item]);

    expect(await newestJob(played.world)).to.include({ status: "Succeeded", attempts: 1 });
    for (const [n, dataKey] of played.dataKeys.entries()) {
      const { metadata } = played.world.buckets.object(TARGET, `cbol/2024-12-31/${n}.csv.enc`) ?? {};
      const wrapped = Buffer.from(metadata?.["ciphertext"] ?? "", "base64");
      const padded = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
      expect(privateDecrypt(padded, wrapped).toString()).to.equal(dataKey.toString("base64"));
      expect(metadata?.["datakeyencryptionkeyid"]).to.equal("theirs");
    }
    await saysNoSecret(played);
  });
});
