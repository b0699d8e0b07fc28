import { ENVIRONMENT } from "@slipway/artefact-promotion/contract";
import { randomUUID } from "node:crypto";
import { connectFunction } from "../../../packages/artefact-promotion/src/adapters/connection";
import { createBackfillArtefacts } from "../../../packages/artefact-promotion/src/handlers/backfill-artefacts";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { createReconcileArtefacts } from "../../../packages/artefact-promotion/src/handlers/reconcile-artefacts";
import { DEFAULT_LIMITS } from "../../../packages/artefact-promotion/src/operations";
import * as policies from "../../../packages/artefact-promotion/src/policies";
import { trustPrincipals } from "../../../packages/release-tracker/src/policies";
import { needsEveryStatement, Party } from "../support/party";
import { ACCOUNTS, createHop, plant } from "./support";

const ACCOUNT = ACCOUNTS.target;
const arn = (service: string, resource: string): string => `arn:aws:${service}:eu-west-2:${ACCOUNT}:${resource}`;
const lastPart = (url: string): string => url.split("/").at(-1) ?? "";

describe("least privilege of artefact promotion", function () {
  this.timeout(120_000);

  let hop: Awaited<ReturnType<typeof createHop>>;
  let party: Party;
  let scope: policies.ComparisonScope;
  let variables: Record<string, string>;

  before(async () => {
    hop = await createHop(ACCOUNTS);
    party = await Party.create(ACCOUNT, "promote", trustPrincipals([ACCOUNT]));
    const { source, target } = hop.hop;
    scope = {
      sourceBucketArn: `arn:aws:s3:::${source.name}`,
      targetBucketArn: `arn:aws:s3:::${target.name}`,
      ledgerArn: arn("dynamodb", `table/${hop.table}`),
      eventBusArn: arn("events", "event-bus/default"),
      queueArn: arn("sqs", lastPart(hop.queueUrl)),
    };
    variables = {
      [ENVIRONMENT.sourceEnvironment]: "integration",
      [ENVIRONMENT.targetEnvironment]: "staging",
      [ENVIRONMENT.sourceBucket]: source.name,
      [ENVIRONMENT.sourceAccount]: source.owner,
      [ENVIRONMENT.targetBucket]: target.name,
      [ENVIRONMENT.targetAccount]: target.owner,
      [ENVIRONMENT.ledgerTable]: hop.table,
      [ENVIRONMENT.queueUrl]: hop.queueUrl,
      [ENVIRONMENT.eventBus]: "default",
      [ENVIRONMENT.graceMinutes]: "0",
    };
  });

  /** What the function works with; a function goes on after some failures and only tells of them: here they count. */
  const connect = (problems: string[]) => ({
    ...connectFunction(variables),
    limits: DEFAULT_LIMITS,
    metrics: { count: () => undefined },
    log: {
      info: (_message: string, { unsent }: { unsent?: unknown }) => void (unsent && problems.push(String(unsent))),
      warn: (_message: string, { reason }: { reason?: unknown }) => void (reason && problems.push(String(reason))),
    },
  });

  /** Runs a function with the rights of the role and nothing else. */
  const act = (run: (deps: ReturnType<typeof connect>) => Promise<unknown>) =>
    party.act(async () => {
      const problems: string[] = [];
      await run(connect(problems));
      if (problems.length > 0) throw new Error(problems.join("; "));
    });

  const key = (): string => `k-${randomUUID()}`;

  async function differ(): Promise<void> {
    const [changed, lost] = [key(), key()];
    for (const bucket of [hop.hop.source, hop.hop.target]) await plant(bucket, changed, `${bucket.name} ${changed}`);
    await plant(hop.hop.source, lost, "missed");
  }

  it("of the function that promotes: every statement is needed", async () => {
    const promote = (name: string) =>
      act((deps) => {
        const event = { type: "slipway.artefact.look-again", key: name, trigger: "command", correlation_id: "c" };
        const body = JSON.stringify({ ...event, requested_by: { id: "ada", name: "ada" } });
        return createPromoteArtefacts(deps)({ Records: [{ messageId: randomUUID(), body, attributes: {} }] });
      });

    await needsEveryStatement(party, policies.promotePolicy(scope), async () => {
      const [name, gone] = [key(), key()];
      await plant(hop.hop.source, name, "one");
      await promote(name);
      await promote(name);
      // Without the right to list, an object that is gone cannot be told from one that may not be read.
      await promote(gone);
    });
  });

  it("of the reconciler: every statement is needed", async () => {
    await needsEveryStatement(party, policies.comparePolicy(scope), async () => {
      await differ();
      // After a run that failed in the end the next one only finishes what that one noted.
      for (const number of [1, 2]) await act((deps) => createReconcileArtefacts(deps)({ number }));
    });
  });

  it("of the backfill: every statement but the reconciler's own is needed", async () => {
    const policy = policies.comparePolicy(scope);
    const sids = policy.Statement.map(({ Sid }) => Sid).filter((sid) => sid !== "ForgetStanding");

    await needsEveryStatement(
      party,
      policy,
      async () => {
        await differ();
        await act((deps) => createBackfillArtefacts(deps)({}));
      },
      sids,
    );
  });
});
