import { policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { reports } from "../src/program";

const settings = {
  serviceImage: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/egress@sha256:" + "a".repeat(64),
  partnerBucket: "partner-reports",
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
};
const outputs = {
  "awsx:ecs:FargateService": (name: string) => ({ service: { id: `service-${name}`, name: `${name}-service` } }),
  "aws:s3/bucket:Bucket": (name: string) => ({ bucket: name }),
  "aws:dynamodb/table:Table": (name: string) => ({ name }),
};

describe("the data egress example", () => {
  it("sends one folder to the partner, and says where its own bucket is", async () => {
    const { result, ofType, resources } = await recordProgram(() => reports(settings), { outputs });

    const [row] = ofType("aws:dynamodb/tableItem:TableItem");
    expect(JSON.parse(String(row?.inputs["item"]))).to.deep.include({
      source_prefix: { S: "reports/$TODAYS_DATE/" },
      destination_bucket: { S: "partner-reports" },
      expected_by: { S: "06:00" },
    });
    expect(await valueOf(result.dataEgress)).to.include({ name: "reports", service: "reports-service" });
    expect(await valueOf(result.sourceBucketName)).to.equal("reports-bucket");
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("may write to the partner's folder only", async () => {
    const { resource } = await recordProgram(() => reports(settings), { outputs });

    const policy = String(resource("reports-task-policy").inputs["policy"]);
    expect(policy).to.include("arn:aws:s3:::partner-reports/incoming/*").and.not.include("partner-reports/*");
  });

  it("can be previewed before anything is there", async () => {
    const { ofType } = await recordProgram(() => reports(settings), { outputs, preview: true });

    expect(ofType("awsx:ecs:FargateService")).to.have.length(1);
  });
});
