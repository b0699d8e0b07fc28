import { CopyObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { keepChains } from "../../src/adapters/copy-chains";

interface Sent {
  readonly hostname: string;
  readonly path: string;
  readonly answer: (status: number) => void;
}

/** A client whose calls wait for each other when they know where to go, and whose requests wait for their answer. */
function createWaitingClient(sent: Sent[], calls = 1) {
  let chains = 0;
  let known = 0;
  const meeting = new EventEmitter();
  const client = new S3Client({
    region: "eu-west-2",
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: {
      handle: ({ hostname, path }: Sent) =>
        new Promise((resolve) => {
          const answer = (statusCode: number) => {
            const body = Readable.from([`<CopyObjectResult><ETag>"${path}"</ETag></CopyObjectResult>`]);
            resolve({ response: { statusCode, headers: {}, body } });
          };
          sent.push({ hostname, path, answer });
        }),
    },
  });
  client.middlewareStack.add((next) => {
    chains += 1;
    return next;
  });
  const meet =
    <T, R>(next: (args: T) => Promise<R>) =>
    async (args: T) => {
      known += 1;
      if (known < calls) await once(meeting, "all");
      else meeting.emit("all");
      return next(args);
    };
  client.middlewareStack.addRelativeTo(meet, { relation: "after", toMiddleware: "endpointV2Middleware" });
  return { send: keepChains(client), chains: () => chains };
}

const copy = (bucket: string, key = "a") => new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: "source/a" });

/** Waits until so many requests are under way. */
async function untilSent(sent: readonly Sent[], count: number): Promise<void> {
  while (sent.length < count) await new Promise(setImmediate);
}

describe("keepChains", () => {
  it("sends each of the copies under way to its own bucket", async () => {
    const sent: Sent[] = [];
    const buckets = ["one", "two", "three", "four"].map((name) => `bucket-${name}`);
    const { send } = createWaitingClient(sent, buckets.length);
    const answers = Promise.all(buckets.map((bucket) => send(copy(bucket, bucket))));
    await untilSent(sent, buckets.length);
    for (const { answer } of sent) answer(200);

    expect(sent.map(({ hostname, path }) => `${hostname}${path}`)).to.have.members(
      buckets.map((bucket) => `${bucket}.s3.eu-west-2.amazonaws.com/${bucket}`),
    );
    expect((await answers).map(({ CopyObjectResult }) => CopyObjectResult?.ETag)).to.deep.equal(
      buckets.map((bucket) => `"/${bucket}"`),
    );
  });

  it("builds a chain when none is free, and none after one that failed", async () => {
    const sent: Sent[] = [];
    const { send, chains } = createWaitingClient(sent);
    const one = async (status: number) => {
      const count = sent.length;
      const outcome = send(copy("bucket")).then(
        () => "copied",
        () => "failed",
      );
      await untilSent(sent, count + 1);
      sent.at(-1)?.answer(status);
      return outcome;
    };

    expect([await one(200), await one(200)]).to.deep.equal(["copied", "copied"]);
    expect(chains()).to.equal(1);
    expect([await one(412), await one(200), await one(200)]).to.deep.equal(["failed", "copied", "copied"]);
    expect(chains()).to.equal(2);
  });
});
