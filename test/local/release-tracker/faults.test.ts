import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  connectToAws,
  createTrackerClient,
  ParameterHistoryFullError,
  ServiceUnreachableError,
} from "@slipway/release-tracker/library";
import type { ReleaseTrackerClient, TrackerDependencies } from "@slipway/release-tracker/library";
import { awsFailure, faultAt, rejectionOf, startProxy } from "@slipway/testing";
import type { Fault, ProxiedRequest, Proxy } from "@slipway/testing";
import { expect } from "chai";
import { servicesAsTheStackSays } from "./support/stack-services";
import { createTables } from "./tables";

const throttled = (code: string): Fault => awsFailure("json", 400, code);

const image = (service: string, version: number): string =>
  `example.com/${service}:${version}@sha256:${version.toString(16).padStart(64, "0")}`;

describe("the tracker behind a network that fails", function () {
  this.timeout(120_000);
  let proxy: Proxy;
  let endpoint: string;
  let fault: (request: ProxiedRequest) => Fault | undefined;
  let deps: TrackerDependencies;
  let client: ReleaseTrackerClient;

  beforeEach(async () => {
    endpoint = process.env["AWS_ENDPOINT_URL"] ?? "";
    fault = () => undefined;
    const tables = await createTables(new DynamoDBClient());
    proxy = await startProxy({ target: endpoint, faults: (request) => fault(request) });
    process.env["AWS_ENDPOINT_URL"] = proxy.url;
    const id = `faults-${randomUUID().slice(0, 8)}`;
    const environments = [{ id: "dev", name: "Development", stack: "dev" }];
    const aws = connectToAws({
      project: { id, name: "Faults", environments },
      releasesTable: tables.releases,
      deploymentsTable: tables.deployments,
      requestedBy: { id: "test", name: "test" },
      timing: { lease: 5_000, poll: 10 },
    });
    deps = { ...aws, services: servicesAsTheStackSays, stacks: stackOf(aws) };
    client = createTrackerClient(deps);
    await client.publishImage({ service: "cart", uri: image("cart", 1) });
  });

  afterEach(async () => {
    process.env["AWS_ENDPOINT_URL"] = endpoint;
    await proxy.close();
  });

  /** The n-th request from now on meets this fault, once. */
  const once = (n: number, what: Fault) => {
    const plan = faultAt(n, what);
    fault = plan.choose;
    return plan;
  };

  for (const kind of ["lose-answer", "throttle"] as const) {
    const what: Fault = kind === "lose-answer" ? { kind } : throttled("ThrottlingException");

    it(`F2 R3 prepare makes one release, whichever of its answers meets: ${kind}`, async () => {
      for (let n = 1, more = true; more; n += 1) {
        const before = (await client.listReleases({ limit: 100 })).length;
        const hit = once(n, what);
        await client.prepareRelease({ description: `${n}`, requestToken: `${kind}-${n}` });
        more = hit.happened();
        fault = () => undefined;
        const again = await client.prepareRelease({ description: `${n}`, requestToken: `${kind}-${n}` });

        expect(again.written, `request ${n}`).to.equal(false);
        expect(await client.listReleases({ limit: 100 }), `request ${n}`).to.have.length(before + 1);
      }
    });
  }

  it("F2 R5 deploy recognises its own writes, whichever of its answers is lost", async () => {
    const { release } = await client.prepareRelease({ description: "one" });
    for (let n = 1, more = true; more; n += 1) {
      const hit = once(n, { kind: "lose-answer" });
      const result = await client.deployRelease({ releaseId: release.release_id, environmentId: "dev" });
      more = hit.happened();
      fault = () => undefined;

      expect(result.outcome, `request ${n}`).to.equal("succeeded");
      expect(await client.deploymentHistory({ environmentId: "dev", limit: 100 })).to.have.length(n);
    }
  });

  it("R8 says how to mend a parameter whose oldest version is labelled, and leaves the labels as they were", async () => {
    const one = await client.prepareRelease({ description: "one" });
    await client.deployRelease({ releaseId: one.release.release_id, environmentId: "dev" });
    await client.publishImage({ service: "cart", uri: image("cart", 2) });
    const two = await client.prepareRelease({ description: "two" });
    let puts = 0;
    fault = ({ operation }) =>
      operation === "AmazonSSM.PutParameter" && (puts += 1) === 1
        ? throttled("ParameterMaxVersionLimitExceeded")
        : undefined;

    const result = await client.deployRelease({ releaseId: two.release.release_id, environmentId: "dev" });

    expect(result).to.have.property("outcome", "failed");
    expect(result).to.have.property("reason").that.includes("the oldest one is labelled");
    expect((await client.listImages({ label: "dev" })).map(({ uri }) => uri)).to.deep.equal([image("cart", 1)]);
    fault = () => throttled("ParameterMaxVersionLimitExceeded");
    const error = await rejectionOf(deps.labels.put("dev", "cart", image("cart", 3), "x"));
    expect(error)
      .to.be.instanceOf(ParameterHistoryFullError)
      .with.property("hint")
      .that.includes("label-parameter-version");
  });

  it("R8 sends no more than 40 requests a second to SSM", async () => {
    const services = Array.from({ length: 120 }, (_, n) => `service-${n}`);
    const sent: number[] = [];
    fault = ({ operation }) => {
      if (operation?.startsWith("AmazonSSM.") === true) sent.push(performance.now());
      return undefined;
    };

    await Promise.all(services.map((service) => deps.labels.put("many", service, image(service, 1), "x")));
    const images = await client.listImages({ label: "many" });

    expect(images).to.have.length(120);
    const seconds = ((sent.at(-1) ?? 0) - (sent[0] ?? 0)) / 1000;
    expect(sent.length).to.be.within(130, 40 * (1 + seconds));
  });

  it("R8 outlasts a throttling of three requests in a row", async () => {
    let left = 3;
    fault = ({ operation }) =>
      operation?.startsWith("AmazonSSM.") === true && (left -= 1) >= 0 ? throttled("ThrottlingException") : undefined;

    expect((await client.prepareRelease({ description: "one" })).written).to.equal(true);
  });

  it("says in one line when nothing answers", async () => {
    await proxy.close();
    const error = await rejectionOf(client.listReleases());

    expect(error).to.be.instanceOf(ServiceUnreachableError);
    expect(String(error)).to.include("dynamodb:Query").and.not.include("\n");
    proxy = await startProxy({ target: endpoint });
  });
});

/** A stack without an engine: an update makes every labelled service run its image. */
function stackOf({ labels, project }: TrackerDependencies): TrackerDependencies["stacks"] {
  const services = async (stack: string) => {
    const names = (await labels.list(stack)).map(({ service }) => service);
    const values = await labels.read(stack, names);
    const place = (service: string, uri: string) => ({ cluster: project.id, service, container: service, image: uri });
    return { services: Object.fromEntries(values.map(({ service, uri }) => [service, place(service, uri)])) };
  };
  return {
    preview: async () => ({ changes: {} }),
    requireReady: async () => undefined,
    up: services,
    current: services,
    recover: async () => ({ outcome: "recovered", findings: [] }),
  };
}
