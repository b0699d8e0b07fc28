import { expect } from "chai";
import type { Command } from "../../src/command";
import { discoverCommands } from "../../src/program/discover";
import { parse } from "../../src/program/parse";
import { commandsDirectory, slipway } from "../support/slipway";

const tree = discoverCommands(commandsDirectory);
const settings = { tree, version: "1.2.3", columns: 100 };
const all: readonly (readonly [string, Command])[] = [
  ...tree.commands.map(({ name, load }) => [name, load()] as const),
  ...tree.groups.flatMap((group) => group.commands.map(({ name, load }) => [`${group.name} ${name}`, load()] as const)),
];

/** Words of an example as a shell would split them; only what slipway itself gets. */
const wordsOf = (line: string): string[] => {
  const own = /slipway ([^)&|]*)/.exec(line)?.[1] ?? "";
  return (own.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
};

describe("commands", () => {
  it("are the documented ones", () => {
    expect(all.map(([name]) => name)).to.have.members([
      ...["preview", "up", "refresh", "destroy", "outputs", "history", "recover", "unlock"],
      ...["status", "trace", "doctor", "completion", "images publish", "images list"],
      ...["prepare", "update", "deploy", "rollback", "show", "list", "diff", "reject", "confirm", "history"].map(
        (verb) => `release ${verb}`,
      ),
      ...["release pin", "release unpin", "release recover"],
      ...["list", "diff", "backfill", "promote", "history", "redrive"].map((verb) => `artefacts ${verb}`),
      ...["once", "list", "reconcile", "redrive"].map((verb) => `push ${verb}`),
      ...["rows", "list", "plan", "replay", "status", "redrive", "dismiss"].map((verb) => `egress ${verb}`),
      ...["list", "show", "create", "update", "provision", "deploy", "release", "rollback", "teardown"].map(
        (verb) => `site ${verb}`,
      ),
      ...["site logs", "site lock", "site unlock", "site redrive"],
      ...["up", "down", "status", "env", "logs", "image", "reset"].map((verb) => `local ${verb}`),
    ]);
  });

  for (const [name, command] of all) {
    it(`${name}: its examples parse as that command`, () => {
      expect(command.examples).to.not.be.empty;
      for (const [line] of command.examples) {
        const request = parse(wordsOf(line), settings);
        expect(request.kind === "command" && request.command === command, line).to.equal(true);
      }
    });

    it(`${name}: its help says what it does and offers --json`, async () => {
      const { stdout, exitCode } = await slipway([...name.split(" "), "--help"]);
      expect(exitCode).to.equal(0);
      expect(stdout.replace(/\s+/g, " ")).to.include(command.describe);
      expect(stdout).to.include("--json").and.include("Examples:");
      expect(stdout.includes("--dry-run")).to.equal(command.mutates);
      expect(stdout.includes("--yes")).to.equal(command.mutates);
    });
  }

  it("every group says what it is for", () => {
    for (const group of tree.groups) expect(group.describe()).to.match(/^[A-Z]/);
  });
});

describe("command lines", () => {
  const argsOf = (line: string): Readonly<Record<string, unknown>> => {
    const request = parse(line.split(" "), settings);
    return request.kind === "command" ? request.args : {};
  };

  it("have arguments that look like options behind --", () => {
    for (const key of ["-dash", "--limit", "--", "'quoted'", "7"]) {
      expect(argsOf(`artefacts promote --stack staging -- ${key}`)).to.include({ key, stack: "staging" });
    }
    expect(argsOf("artefacts promote --stack staging plain --")).to.include({ key: "plain" });
  });

  it("hand the words behind -- to the command that wants them", () => {
    expect(argsOf("local image shop/web:v1 --env A=b -- node -x --env")).to.deep.include({
      image: "shop/web:v1",
      env: ["A=b"],
      "--": ["node", "-x", "--env"],
    });
  });

  it("take the value of a short option with a space, with = and with neither", () => {
    for (const stack of ["-s staging", "-s=staging", "-sstaging", "-qs staging"]) {
      expect(argsOf(`artefacts list ${stack} --limit 5`), stack).to.include({ stack: "staging", limit: 5 });
    }
    expect(argsOf("up -yq -sa.b")).to.include({ yes: true, quiet: true, stack: "a.b" });
  });
});

describe("usage errors", () => {
  const cases: readonly (readonly [line: string, message: string])[] = [
    ["", "slipway: which command?; to mend it: run: slipway --help"],
    ["release", "slipway: which command of release?; to mend it: run: slipway release --help"],
    [
      "release deplo",
      "slipway: there is no such command: release deplo; did you mean deploy?; to mend it: run: slipway release --help",
    ],
    [
      "rlease list",
      "slipway: there is no such command: rlease; did you mean release?; to mend it: run: slipway --help",
    ],
    ["launch", "slipway: there is no such command: launch; to mend it: run: slipway --help"],
    ["launch --stack a b", "slipway: there is no such command: launch; to mend it: run: slipway --help"],
    [
      "release deploy latest --enviroment staging",
      "slipway: unknown option --enviroment; did you mean --environment?; to mend it: run: slipway release deploy --help",
    ],
    ["up --stak tools", "slipway: unknown option --stak; did you mean --stack?; to mend it: run: slipway up --help"],
    ["up -s a --yess", "slipway: unknown option --yess; did you mean --yes?; to mend it: run: slipway up --help"],
    [
      "up -s a --dryrun",
      "slipway: unknown option --dryrun; did you mean --dry-run?; to mend it: run: slipway up --help",
    ],
    ["up --stak=a", "slipway: unknown option --stak; did you mean --stack?; to mend it: run: slipway up --help"],
    ["--verson", "slipway: unknown option --verson; did you mean --version?; to mend it: run: slipway --help"],
    ["up -s a b", "slipway: Unknown argument: b; to mend it: run: slipway up --help"],
    ["up", "slipway: Missing required argument: stack; to mend it: run: slipway up --help"],
    ["up --stack a --stack b", "slipway: --stack is given more than once; to mend it: run: slipway up --help"],
    ["site show -s tools", "slipway: <site> is missing; to mend it: run: slipway site show --help"],
    ["push once a/b/c bucket", "slipway: <key> is missing; to mend it: run: slipway push once --help"],
    ["up --stack=", "slipway: --stack needs a value; to mend it: run: slipway up --help"],
    ["up --stack a --nonsense", "slipway: unknown option --nonsense; to mend it: run: slipway up --help"],
    [
      "release deploy latest -e staging --dry-run=yes",
      "slipway: --dry-run takes no value; to mend it: run: slipway release deploy --help",
    ],
    ["release list --json=1", "slipway: --json takes no value; to mend it: run: slipway release list --help"],
    ["release list --limit", "slipway: --limit needs a value; to mend it: run: slipway release list --help"],
    ["up -s", "slipway: --stack needs a value; to mend it: run: slipway up --help"],
    ["up -s a -- -b", "slipway: Unknown argument: -b; to mend it: run: slipway up --help"],
    [
      "artefacts promote -s a -- -b -c",
      "slipway: Unknown argument: -c; to mend it: run: slipway artefacts promote --help",
    ],
    ["artefacts promote -s a --", "slipway: <key> is missing; to mend it: run: slipway artefacts promote --help"],
    [
      "artefacts history -s a --backfills --key b",
      "slipway: --backfills and --key exclude each other; to mend it: run: slipway artefacts history --help",
    ],
    [
      "artefacts history -s a --backfills --days 1",
      "slipway: --backfills and --days exclude each other; to mend it: run: slipway artefacts history --help",
    ],
    [
      "artefacts list -s a --versions b --source",
      "slipway: --versions and --source exclude each other; to mend it: run: slipway artefacts list --help",
    ],
    [
      "artefacts list -s a --prefix b --versions b",
      "slipway: --versions and --prefix exclude each other; to mend it: run: slipway artefacts list --help",
    ],
    ["release list --limit many", "slipway: --limit needs a number; to mend it: run: slipway release list --help"],
  ];
  for (const [line, message] of cases) {
    it(`slipway ${line}`, async () => {
      const { stdout, stderr, exitCode } = await slipway(line.split(" ").filter((word) => word !== ""));
      expect(stderr).to.equal(`${message}\n`);
      expect({ stdout, exitCode }).to.deep.equal({ stdout: "", exitCode: 2 });
    });
  }

  it("name an argument that is empty as it is written in the help", async () => {
    const { stderr } = await slipway(["site", "show", "", "-s", "tools"]);
    expect(stderr).to.equal("slipway: <site> needs a value; to mend it: run: slipway site show --help\n");
  });

  it("are JSON on stderr with --json", async () => {
    const { stderr, stdout } = await slipway(["up", "--json"]);
    expect(JSON.parse(stderr)).to.deep.equal({
      schema: "slipway.error.v1",
      error: {
        code: "usage",
        message: "Missing required argument: stack",
        hint: "run: slipway up --help",
        exit_code: 2,
      },
    });
    expect(stdout).to.equal("");
  });
});
