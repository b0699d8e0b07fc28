import { expect } from "chai";
import { findOverlaps } from "../../src/core/matching";
import { parseRow, type Row } from "../../src/core/rows";
import { row, sftRow } from "../support/world";

const parsed = (more: Record<string, unknown>): Row => {
  const read = parseRow(row(more));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.row;
};

const problems = (item: Record<string, unknown>): string[] => {
  const read = parseRow(item);
  return read.ok ? [] : read.problems.map(({ field, problem }) => `${field} ${problem}`);
};

const KEY = "arn:aws:kms:eu-west-2:111111111111:key/k";

describe("rows", () => {
  it("are read with the table's names, whatever a prefix ends in", () => {
    for (const source_prefix of ["a/b", "a/b/", "a/b/*", "a/b*"]) {
      expect(parsed({ source_prefix }).sourcePrefix, source_prefix).to.equal("a/b/");
    }
    expect(parsed({ destination_prefix: "" }).destinationPrefix).to.equal("");
    expect(parsed({ compress: true }).compression).to.equal("gz");
    expect(parsed({ compress: false, compress_fmt: "z" }).compression).to.equal(undefined);
    expect(parsed({ compress: true, compress_fmt: "z" }).compression).to.equal("z");
  });

  const wrong: readonly (readonly [Record<string, unknown>, string])[] = [
    [row({ pipeline_name: undefined }), "pipeline_name is blank"],
    [row({ recipient_name: "" }), "recipient_name is blank"],
    [row({ source_bucket: 5 }), "source_bucket is not text"],
    [row({ source_prefix: "/a" }), "source_prefix begins with /, which no key does"],
    [row({ source_prefix: "a/*/b" }), "source_prefix has a * that is not at its end"],
    [row({ source_prefix: "a/$TODAY" }), "source_prefix has a $ that does not begin $TODAYS_DATE"],
    [row({ source_prefix: "a/../b" }), "source_prefix has a part that is .. or a control character"],
    [row({ destination_prefix: "a/$YESTERDAY" }), "destination_prefix has a $ that begins no placeholder"],
    [row({ destination_prefix: "a/../b" }), "destination_prefix has a part that is .. or a control character"],
    [row({ compress_fmt: "zip" }), "compress_fmt zip is not one of gz, z"],
    [row({ role_arn: "me" }), "role_arn is not the ARN of a role"],
    [row({ control_file_prefix: "a/b" }), "control_file_prefix has a /; it is a name in the destination"],
    [row({ expected_by: "6:00" }), "expected_by is not a time like 06:00"],
    [row({ expected_by: "24:00" }), "expected_by is not a time like 06:00"],
    [row({ rewrap_datakey: true }), "encrypting_key_ssm_parm_name is blank"],
    [
      row({ rewrap_datakey: true, decrypt: true, encrypting_key_ssm_parm_name: "k" }),
      "rewrap_datakey cannot be together with decrypt",
    ],
    [
      row({ manifest_file_encryption: "rot13" }),
      "manifest_file_encryption rot13 is not one of none, encrypted, re-wrapped",
    ],
    [row({ manifest_file_encryption: "encrypted", manifest_key_arn: KEY }), "manifest_file_name is blank"],
    [
      row({ manifest_file_encryption: "encrypted", manifest_file_name: "m" }),
      "manifest_key_arn belongs to an encrypted manifest",
    ],
    [row({ manifest_key_arn: KEY }), "manifest_key_arn belongs to an encrypted manifest"],
    [
      row({ manifest_file_encryption: "encrypted", manifest_file_name: "m", manifest_key_arn: "alias/a" }),
      "manifest_key_arn is not the ARN of a key",
    ],
    [row({ manifest_file_encryption: "re-wrapped", manifest_file_name: "m" }), "encrypting_key_ssm_parm_name is blank"],
    [
      sftRow({ manifest_file_encryption: "re-wrapped", manifest_file_name: "m", encrypting_key_ssm_parm_name: "k" }),
      "manifest_file_encryption is only for rows of type S3",
    ],
    [sftRow({ rewrap_datakey: true, encrypting_key_ssm_parm_name: "k" }), "rewrap_datakey is only for rows of type S3"],
    [sftRow({ destination_bucket: "b" }), "destination_bucket is b; a row of type SFT has none"],
    [
      sftRow({ destination_prefix: "/data-egress/" }),
      "destination_prefix /data-egress/ is no folder below /data-egress/",
    ],
    [
      sftRow({ destination_prefix: "/data-egress/.slipway/orders" }),
      "destination_prefix /data-egress/.slipway/orders is no folder below /data-egress/",
    ],
    [
      sftRow({ destination_prefix: "/data-egress/../etc" }),
      "destination_prefix /data-egress/../etc is no folder below /data-egress/",
    ],
    [sftRow({ role_arn: "arn:aws:iam::111111111111:role/r" }), "role_arn is only for rows of type S3"],
  ];
  for (const [item, problem] of wrong) {
    it(`cannot be used: ${problem}`, () => {
      expect(problems(item)).to.include(problem);
    });
  }
});

describe("overlapping rows", () => {
  const overlap = (first: string, second: string, more: Record<string, unknown> = {}): boolean => {
    const [one, two] = [
      parsed({ source_prefix: first, pipeline_name: "one" }),
      parsed({ source_prefix: second, pipeline_name: "two", ...more }),
    ];
    return findOverlaps([one, two]).length > 0;
  };

  const cases: readonly (readonly [string, string, boolean])[] = [
    ["a/b/", "a/b", true],
    ["a/", "a/b/", true],
    ["a/b/", "a/bc/", false],
    ["a/$TODAYS_DATE/", "a/$TODAYS_DATE/x/", true],
    ["a/$TODAYS_DATE/", "a/2024-12-31/", true],
    ["a/$TODAYS_DATE/", "a/latest/", false],
    ["a/x-$TODAYS_DATE/", "a/y-$TODAYS_DATE/", false],
    ["a/$TODAYS_DATE/x/", "a/$TODAYS_DATE/y/", false],
  ];
  for (const [first, second, expected] of cases) {
    it(`${first} and ${second}: ${expected}`, () => {
      expect([overlap(first, second), overlap(second, first)]).to.deep.equal([expected, expected]);
    });
  }

  it("are fine in two buckets, and for one pipeline that goes two ways", () => {
    expect(overlap("a/", "a/", { source_bucket: "another" })).to.equal(false);
    expect(overlap("a/", "a/", { pipeline_name: "one#sft" })).to.equal(false);
  });
});
