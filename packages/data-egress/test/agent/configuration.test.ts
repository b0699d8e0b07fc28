import { expect } from "chai";
import { InvalidInputError } from "@slipway/core";
import { readConfiguration } from "../../src/agent/configuration";
import { delayBefore } from "../../src/agent/backoff";
import { planOf, routeOf } from "../../src/agent/routing";
import { configurationOf, sendTo } from "../support/agent-world";

/** The original's file, with what must change: no API key, no switch for host names. */
const ORIGINAL = `
httpClient:
  timeout: 3600000ms
  connectionTimeout: 20000ms
readLock:
  checkInterval: 20000
  timeout: 60000
  minAge: 20000
sender:
  retryBehaviour:
    backOffMultiplier: 2
    maximumRedeliveries: 3
    maximumRedeliveryDelay: 3600000
    redeliveryDelay: 600000
  routes:
    - name: internal/DA/inbound/Test
      source: /data-egress/pptest/
      actions:
        - name: renameFile
          properties:
            rename_regex: (.+)
            rename_replacement: TEST_$1
        - name: httpRequest
          properties:
            destination: "https://recipient:8091/internal/DA/inbound/Test"
      errorFolder: /data-egress/error/pptest
      deleteOnSend: true
      filenameRegex: .*
      maxThreadPoolSize: 3
      threadPoolSize: 3
`;

const rename = (rename_regex: string, rename_replacement: string) => ({
  name: "renameFile",
  properties: { rename_regex, rename_replacement },
});
const writeTo = (destination: string) => ({ name: "writeFile", properties: { destination } });

describe("readConfiguration", () => {
  it("reads the original's file", () => {
    const { routes, retries, readLock, timeout, connectionTimeout } = readConfiguration(ORIGINAL, "config");

    expect(routes).to.have.length(1);
    expect(routes[0]).to.deep.include({
      folder: "pptest",
      errorFolder: "error/pptest",
      concurrency: 3,
      deleteOnSend: true,
    });
    expect(retries).to.deep.equal({
      backOffMultiplier: 2,
      maximumRedeliveries: 3,
      maximumRedeliveryDelay: 3_600_000,
      redeliveryDelay: 600_000,
    });
    expect(readLock).to.deep.include({ checkInterval: 20_000, minAge: 20_000 });
    expect({ timeout, connectionTimeout }).to.deep.equal({ timeout: 3_600_000, connectionTimeout: 20_000 });
  });

  const refused: Readonly<Record<string, [() => unknown, string]>> = {
    "text that is no YAML": [() => readConfiguration("{", "config"), "[config] is neither YAML nor JSON"],
    "nothing at all": [() => readConfiguration("", "config"), "[config] Invalid input"],
    "an API key": [() => configurationOf({}, { apikey: "k" }), "[config apikey] is not a setting"],
    "a switch for host names": [
      () => configurationOf({}, { httpClient: { tls: { verifyHostname: false } } }),
      "[config httpClient.tls] is not a setting",
    ],
    "a setting that it does not know": [
      () => configurationOf({ colour: "red" }),
      "[config sender.routes[0]] Unrecognized",
    ],
    "an action that it does not know": [
      () => configurationOf({ actions: [{ name: "ftp", properties: {} }] }),
      "[config sender.routes[0].actions[0].name]",
    ],
    "a route without a destination": [
      () => configurationOf({ actions: [rename("a", "b")] }),
      "[config sender.routes[0].actions] send the file nowhere",
    ],
    "a destination without TLS": [
      () => configurationOf({ actions: [{ name: "httpRequest", properties: { destination: "http://team/DA" } }] }),
      "[config sender.routes[0].actions[0].properties.destination] is no https URL",
    ],
    "a destination with a password": [
      () => configurationOf({ actions: [{ name: "httpRequest", properties: { destination: "https://u:p@team/DA" } }] }),
      "[config sender.routes[0].actions[0].properties.destination] has credentials in it",
    ],
    "a source outside of the volume": [
      () => configurationOf({ source: "/data-egress/../etc" }),
      "[config sender.routes[0].source] a segment of it is no name",
    ],
    "the volume itself as a source": [
      () => configurationOf({ source: "/data-egress/" }),
      "[config sender.routes[0].source] is not below /data-egress",
    ],
    "a folder of the service's own": [
      () => configurationOf({ actions: [writeTo("/data-egress/.slipway/orders")] }),
      "[config sender.routes[0].actions[0].properties.destination] a segment of it is no name",
    ],
    "an error folder that is a source": [
      () => configurationOf({ errorFolder: "/data-egress/out" }),
      '[config sender.routes] "out" puts files into out, which a route sends from',
    ],
    "an expression with look-behind": [
      () => configurationOf({ filenameRegex: "(?<=a)b" }),
      "[config sender.routes[0].filenameRegex] is no regular expression",
    ],
    "a replacement with a group that is not there": [
      () => configurationOf({ actions: [rename("(.+)", "$2"), sendTo("team")] }),
      "[config sender.routes[0].actions[0].properties.rename_replacement] $2 is no group",
    ],
    "no workers": [() => configurationOf({ threadPoolSize: 0 }), "[config sender.routes[0].threadPoolSize]"],
    "two routes of one name": [
      () => {
        const { sender } = JSON.parse(JSON.stringify({ sender: { routes: [route, route] } })) as { sender: object };
        return readConfiguration(JSON.stringify({ sender }), "config");
      },
      '[config sender.routes] two are named "r"',
    ],
  };
  const route = { name: "r", source: "/data-egress/r", actions: [sendTo("team")] };

  for (const [what, [read, line]] of Object.entries(refused)) {
    it(`refuses ${what} in one line`, () => {
      expect(read)
        .to.throw(InvalidInputError)
        .with.property("message")
        .that.satisfies((message: string) => message.startsWith(line) && !message.includes("\n"));
    });
  }
});

describe("planOf", () => {
  const planned = (name: string, ...renames: readonly (readonly [string, string])[]) => {
    const { routes } = configurationOf({ actions: [...renames.map(([a, b]) => rename(a, b)), sendTo("team")] });
    const plan = planOf(routes[0] as (typeof routes)[number], name);
    return "problem" in plan ? plan.problem : plan.targets.map(({ sentAs }) => sentAs).join();
  };

  it("renames by groups, one action after the other", () => {
    expect(planned("a.csv", ["(.+)\\.csv", "TEST_$1.txt"], ["_", "-"])).to.equal("TEST-a.txt");
  });

  it("leaves a name alone that does not match", () => {
    expect(planned("a.csv", ["\\.txt$", ".md"])).to.equal("a.csv");
  });

  const results: readonly (readonly [string, string])[] = [
    ["..", "it begins with a dot"],
    ["../up", "it has a slash or backslash in it"],
    ["/etc/passwd", "it has a slash or backslash in it"],
    ["", "it is empty"],
    ["a\u0000b", "it has a control character in it"],
    ["é".repeat(128), "it has more than 255 bytes"],
  ];
  for (const [result, problem] of results) {
    it(`D6 sends nothing when a rename makes ${JSON.stringify(result.slice(0, 12))}`, () => {
      expect(planned("a.csv", [".+", result])).to.match(
        new RegExp(`^route "out" renames "a.csv" to .*, and ${problem}$`),
      );
    });
  }

  it("takes as long for a hostile expression as for any other", () => {
    const { routes } = configurationOf({ filenameRegex: "(a+)+$", actions: [rename("(x+x+)+y", "z"), sendTo("team")] });

    const started = performance.now();
    expect(routeOf(routes, "out", `${"a".repeat(200)}!`)).to.equal(undefined);
    expect(planned("x".repeat(200), ["(x+x+)+y", "z"])).to.equal("x".repeat(200));
    expect(performance.now() - started).to.be.below(1000);
  });
});

describe("delayBefore", () => {
  const retries = { maximumRedeliveries: 4, redeliveryDelay: 100, backOffMultiplier: 3, maximumRedeliveryDelay: 1000 };

  it("grows up to its maximum, and ends", () => {
    expect([1, 2, 3, 4, 5].map((redelivery) => delayBefore(redelivery, retries))).to.deep.equal([
      100,
      300,
      900,
      1000,
      undefined,
    ]);
  });
});
