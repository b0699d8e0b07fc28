import { rejectionOf } from "@slipway/testing";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { AwsJson, type AwsOperation } from "../../src/adapters/aws-json";
import { readSecret, SecretsManagerCredentials, webhookSecretsReader } from "../../src/adapters/secrets-manager";
import { SqsPushQueue } from "../../src/adapters/sqs-push-queue";
import { SsmRepositories } from "../../src/adapters/ssm-repositories";
import { pushOf, SHOP } from "../support/world";

const stopwatch = { elapsed: () => 0 };

/** AWS that answers from a function, and remembers what it was asked. */
function answering(answer: (body: Record<string, unknown>) => unknown) {
  const asked: { operation: AwsOperation; body: Record<string, unknown> }[] = [];
  const call = async <T>(operation: AwsOperation, body: object): Promise<T> => {
    asked.push({ operation, body: body as Record<string, unknown> });
    return answer(body as Record<string, unknown>) as T;
  };
  return { asked, aws: { call } };
}

const named = (name: string): Error => Object.assign(new Error(name), { name });

describe("the queue of pushes", () => {
  const messages = Array.from({ length: 12 }, (_, index) => pushOf(`refs/heads/b${index}`, "a".repeat(40)));

  it("is sent ten messages at a time", async () => {
    const { asked, aws } = answering(({ Entries }) => ({ Successful: Entries }));

    await new SqsPushQueue(aws, "https://q").send(messages);

    expect(asked.map(({ body }) => (body["Entries"] as unknown[]).length)).to.deep.equal([10, 2]);
  });

  it("is sent a single message by itself", async () => {
    const { asked, aws } = answering(() => ({ MessageId: "1" }));

    await new SqsPushQueue(aws, "https://q").send(messages.slice(0, 1));

    const body = { QueueUrl: "https://q", MessageBody: JSON.stringify(messages[0]) };
    expect(asked.map(({ operation, body }) => ({ target: operation.target, body }))).to.deep.equal([
      { target: "AmazonSQS.SendMessage", body },
    ]);
  });

  it("C1 fails when one message failed, or is not in the answer", async () => {
    const failing = answering(() => ({ Successful: [{}], Failed: [{ Id: "1", Message: "no room" }] }));
    const silent = answering(() => ({ Successful: [{}] }));

    for (const { aws } of [failing, silent]) {
      for (const count of [1, 2]) {
        const sent = new SqsPushQueue(aws, "q").send(messages.slice(0, count));
        expect(await rejectionOf(sent)).to.have.property("code", "service-unreachable");
      }
    }
  });

  it("says when it is not there", async () => {
    const { aws } = answering(() => {
      throw named("QueueDoesNotExist");
    });

    expect(await rejectionOf(new SqsPushQueue(aws, "q").send(messages))).to.have.property(
      "code",
      "code-push-not-found",
    );
  });
});

describe("the list of repositories", () => {
  const value = (id: string) => JSON.stringify({ id, provider: "github", url: `https://${id}.git` });

  it("is read page by page, also past an empty one, and kept", async () => {
    const pages = [
      { Parameters: [{ Name: "/p/1", Value: value(SHOP) }], NextToken: "1" },
      { Parameters: [], NextToken: "2" },
      { Parameters: [{ Name: "/p/2", Value: value("git.example.org/octo/other") }] },
    ];
    const { asked, aws } = answering(({ NextToken }) => pages[Number(NextToken ?? 0)]);
    const directory = new SsmRepositories(aws, "/p", stopwatch);

    expect((await directory.repositories()).all).to.have.length(2);
    await directory.repositories();
    expect(asked).to.have.length(3);
  });

  it("names the parameter that is wrong", async () => {
    for (const Value of ["{", JSON.stringify({ id: SHOP, provider: "github", url: "file:///etc" })]) {
      const { aws } = answering(() => ({ Parameters: [{ Name: "/p/bad", Value }] }));
      const failed = new SsmRepositories(aws, "/p", stopwatch).repositories();
      expect(await rejectionOf(failed)).to.deep.include({ code: "invalid-input", field: "/p/bad" });
    }
  });
});

describe("secrets", () => {
  it("that are not there, or not of the agreed shape, are told without their value", async () => {
    const gone = answering(() => {
      throw named("ResourceNotFoundException");
    });
    const wrong = answering(() => ({ SecretString: "hush" }));
    const errors = [
      await rejectionOf(readSecret(gone.aws, "s")),
      await rejectionOf(webhookSecretsReader(wrong.aws, "s")()),
      await rejectionOf(new SecretsManagerCredentials(wrong.aws, stopwatch).credentials("s")),
    ];

    for (const error of errors) {
      expect(error).to.have.property("code", "unusable-secret");
      expect(String(error)).not.to.include("hush");
    }
  });
});

describe("AwsJson", () => {
  const answers: { status: number; body: string }[] = [];
  const seen: { headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push({ headers: request.headers, body });
      const { status, body: text } = answers.shift() ?? { status: 200, body: "{}" };
      response.writeHead(status).end(text);
    });
  });
  let aws: AwsJson;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const keys = async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "key", sessionToken: "session" });
    aws = new AwsJson({ region: "eu-west-2", endpoint, keys });
  });
  after(() => void server.close());
  beforeEach(() => void (seen.length = answers.length = 0));

  const send = () => aws.call({ service: "sqs", target: "AmazonSQS.SendMessageBatch", version: "1.0" }, { a: 1 });

  it("signs for service and region, with the session", async () => {
    answers.push({ status: 200, body: '{"ok":true}' });

    expect(await send()).to.deep.equal({ ok: true });
    expect(seen[0]?.headers.authorization).to.match(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-2\/sqs\/aws4_request/,
    );
    expect(seen[0]?.headers).to.include({
      "x-amz-security-token": "session",
      "x-amz-target": "AmazonSQS.SendMessageBatch",
    });
    expect(seen[0]?.headers["content-type"]).to.equal("application/x-amz-json-1.0");
  });

  it("tries again after a server's failure, and names the service's error", async () => {
    answers.push({ status: 500, body: "" }, { status: 200, body: "{}" });
    await send();
    expect(seen).to.have.length(2);

    answers.push({ status: 400, body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}' });
    expect(await rejectionOf(send())).to.deep.include({ name: "QueueDoesNotExist", message: "gone" });
    answers.push({ status: 403, body: '{"__type":"AccessDeniedException"}' });
    expect(await rejectionOf(send())).to.have.property("code", "access-denied");
  });
});
