import { s3Notification } from "@slipway/testing";
import { expect } from "chai";
import { momentOf, isDate } from "../../src/core/dates";
import { findOverdue } from "../../src/core/deadlines";
import { jobIdOf } from "../../src/core/ids";
import { attemptsOf, type Job } from "../../src/core/job";
import { AsOf } from "../../src/core/listing";
import { parseMessage } from "../../src/core/messages";
import { sentName } from "../../src/core/names";
import { parseRow, type Row } from "../../src/core/rows";
import { decide, sourcesOf, STATUSES, TRANSITIONS } from "../../src/core/status";
import { row } from "../support/world";

const rowOf = (more: Record<string, unknown> = {}): Row => {
  const read = parseRow(row(more));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.row;
};

describe("messages", () => {
  const FLAG = { bucket: "b", key: "a/pipeline_success.flag", size: 0, etag: "e", at: "2024-12-31T23:59:59.000Z" };

  const cases: readonly (readonly [string, string, string])[] = [
    ["a test event", JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "b" }), "ignored"],
    ["a file that is no flag", s3Notification({ ...FLAG, key: "a/data.csv" }), "ignored"],
    ["a name that only ends like a flag's", s3Notification({ ...FLAG, key: "a/not_pipeline_success.flag" }), "ignored"],
    ["a removal", s3Notification({ ...FLAG, eventName: "ObjectRemoved:Delete" }), "ignored"],
    ["no JSON", "flag", "unreadable"],
    ["JSON of somebody else", "{}", "unreadable"],
    ["null", "null", "unreadable"],
    ["a record of somebody else", JSON.stringify({ Records: [{ eventSource: "aws:sns" }] }), "unreadable"],
    ["a time that is none", s3Notification({ ...FLAG, at: "yesterday" }), "unreadable"],
    ["a key that is not encoded", s3Notification(FLAG).replace("pipeline_success", "%zz"), "unreadable"],
    [
      "a replay",
      JSON.stringify({ type: "slipway.data-egress.replay", job_id: "j", replay_id: "r", requested_by: "me" }),
      "replay",
    ],
  ];
  for (const [what, body, kind] of cases) {
    it(`${what}: ${kind}`, () => {
      expect(parseMessage(body).kind).to.equal(kind);
    });
  }

  it("may have several records", () => {
    const parsed = parseMessage(
      s3Notification(FLAG, { ...FLAG, key: "x/y.csv" }, { ...FLAG, key: "c/pipeline_success.flag" }),
    );
    expect(parsed.kind === "flags" && parsed.flags.map(({ key }) => key)).to.deep.equal([
      "a/pipeline_success.flag",
      "c/pipeline_success.flag",
    ]);
  });
});

describe("ids of jobs", () => {
  const flag = { bucket: "b", key: "k", versionId: "v", etag: "e", sequencer: "1", at: "2024-12-31T00:00:00Z" };

  it("are the same for every delivery of a notification, and others for another put or a replay", () => {
    expect(jobIdOf({ ...flag, at: "2025-01-01T00:00:00Z" })).to.equal(jobIdOf(flag));
    const others = [
      { ...flag, versionId: "w" },
      { ...flag, versionId: undefined },
      { ...flag, replayId: "r" },
      { ...flag, key: "l" },
    ];
    expect(new Set([flag, ...others].map(jobIdOf)).size).to.equal(5);
    const unversioned = { ...flag, versionId: undefined };
    expect(jobIdOf({ ...unversioned, sequencer: "2" })).to.not.equal(jobIdOf(unversioned));
  });
});

describe("dates", () => {
  it("are days of the calendar, in UTC", () => {
    expect(momentOf("2024-12-31T23:59:59.999Z")).to.deep.equal({ date: "2024-12-31", time: "235959" });
    expect(momentOf("2025-01-01T00:30:00+01:00")).to.deep.equal({ date: "2024-12-31", time: "233000" });
    const days = {
      "2024-02-29": true,
      "2023-02-29": false,
      "2024-13-01": false,
      "2024-1-1": false,
      "0000-01-01": true,
    };
    for (const [day, expected] of Object.entries(days)) expect(isDate(day), day).to.equal(expected);
  });
});

describe("names at the recipient", () => {
  const moment = { date: "2024-12-31", time: "101112" };
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["x/a.csv", {}, "a.csv"],
    ["x/a.csv.enc", {}, "a.csv.enc"],
    ["x/a.csv.enc", { decrypt: true }, "a.csv"],
    ["x/a.csv.enc", { decrypt: true, compress: true }, "a.csv.gz"],
    ["x/a.csv", { compress: true, compress_fmt: "z" }, "a.csv.z"],
    ["x/a.csv", { timestamp_files: true }, "a.20241231.csv"],
    ["x/a.b.csv", { timestamp_files: true }, "a.b.20241231.csv"],
    ["x/a.json", { timestamp_files: true }, "a.json.20241231"],
    ["x/a", { timestamp_files: true }, "a.20241231"],
    ["x/.a", { timestamp_files: true }, ".a.20241231"],
    ["x/a.csv.enc", { timestamp_files: true, decrypt: true, compress: true }, "a.20241231.csv.gz"],
  ];
  for (const [key, more, name] of cases) {
    it(`${key} ${JSON.stringify(more)}: ${name}`, () => {
      expect(sentName(key, rowOf(more), moment)).to.equal(name);
    });
  }
});

describe("statuses", () => {
  it("move as the table says and no other way", () => {
    for (const status of STATUSES) {
      for (const event of ["claim", "succeed", "put-off", "give-up", "refuse"] as const) {
        expect(decide(status, event)).to.equal(TRANSITIONS[status][event]);
      }
    }
    expect(sourcesOf("claim")).to.deep.equal(["Running", "Waiting", "Failed", "Refused"]);
    expect(sourcesOf("succeed")).to.deep.equal(["Running"]);
    expect(Object.keys(TRANSITIONS.Succeeded)).to.deep.equal([]);
  });

  it("count attempts anew after an end, and not those whose process ended", () => {
    const seen = (status: Job["status"], code?: string) => ({ status, attempts: 3, code });
    expect(attemptsOf(undefined)).to.equal(1);
    expect(attemptsOf(seen("Failed"))).to.equal(1);
    expect(attemptsOf(seen("Refused"))).to.equal(1);
    expect(attemptsOf(seen("Waiting"))).to.equal(4);
    expect(attemptsOf(seen("Waiting", "stopped"))).to.equal(3);
    expect(attemptsOf(seen("Running"))).to.equal(4);
  });
});

describe("listings as of a time", () => {
  const version = (lastModified: string, more = {}) => ({
    key: "k",
    size: 1,
    etag: lastModified,
    lastModified,
    deleted: false,
    latest: false,
    ...more,
  });

  const cases = {
    "the newest that is not newer": [
      [version("T10:00:03Z"), version("T10:00:02Z"), version("T10:00:01Z")],
      "T10:00:02Z",
    ],
    "none that came later": [[version("T10:00:03Z")], undefined],
    "none that was gone": [[version("T10:00:02Z", { deleted: true }), version("T10:00:01Z")], undefined],
    "one that went later": [[version("T10:00:03Z", { deleted: true }), version("T10:00:01Z")], "T10:00:01Z"],
    "of one second the newest": [
      [version("T10:00:01Z"), version("T10:00:01Z", { etag: "latest", latest: true })],
      "latest",
    ],
  } as const;
  for (const [what, [versions, expected]] of Object.entries(cases)) {
    it(`have ${what}`, () => {
      const asOf = new AsOf("2024-12-31T10:00:02.500Z");
      for (const each of versions) asOf.add({ ...each, lastModified: `2024-12-31${each.lastModified}` });
      expect(asOf.files()[0]?.etag).to.equal(expected);
    });
  }
});

describe("deadlines", () => {
  const rows = [rowOf({ expected_by: "06:00" }), rowOf({ source_prefix: "never/", pipeline_name: "never" })];
  const job = (at: string, date: string): Job => ({
    jobId: "j",
    flag: { bucket: "b", key: "k", at },
    status: "Running",
    lease: { owner: "o", fence: 1, beat: 0 },
    attempts: 1,
    createdAt: at,
    updatedAt: at,
    correlationId: "c",
    planned: { planId: "p", pipeline: "cbol", moment: { date, time: "000000" }, deliveries: 1, files: 1, bytes: 1 },
  });

  const cases: readonly (readonly [string, string, readonly Job[], number])[] = [
    ["before the time", "2024-12-31T05:59:59.000Z", [], 0],
    ["at the time", "2024-12-31T06:00:00.000Z", [], 1],
    ["late in the day", "2024-12-31T23:59:59.000Z", [], 1],
    ["when it came today", "2024-12-31T12:00:00.000Z", [job("2024-12-31T01:00:00.000Z", "2024-12-30")], 0],
    [
      "when it came yesterday for today",
      "2024-12-31T12:00:00.000Z",
      [job("2024-12-30T23:00:00.000Z", "2024-12-31")],
      0,
    ],
    ["when yesterday's came", "2024-12-31T12:00:00.000Z", [job("2024-12-30T01:00:00.000Z", "2024-12-30")], 1],
  ];
  for (const [what, now, jobs, overdue] of cases) {
    it(`${what}: ${overdue} overdue`, () => {
      const expected = overdue === 0 ? [] : [{ pipeline: "cbol", expectedBy: "06:00", date: "2024-12-31" }];
      expect(findOverdue(rows, jobs, now)).to.deep.equal(expected);
    });
  }
});
