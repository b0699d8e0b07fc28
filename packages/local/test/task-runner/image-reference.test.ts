import { expect } from "chai";
import { parseImageReference } from "../../src/task-runner/image-reference";

const REGISTRY = "222222222222.dkr.ecr.eu-west-2.amazonaws.com";
const DIGEST = `sha256:${"0".repeat(64)}`;

describe("an image reference", () => {
  const readable: [string, string, object][] = [
    [`${REGISTRY}/web`, "web", { tag: "latest" }],
    [`${REGISTRY}/shop/web:1.2`, "shop/web", { tag: "1.2" }],
    [`${REGISTRY}/web@${DIGEST}`, "web", { digest: DIGEST }],
    [`${REGISTRY}/web:1.2@${DIGEST}`, "web", { digest: DIGEST }],
  ];
  for (const [reference, repository, identifier] of readable) {
    it(`is read from ${reference}`, () => {
      const expected = { account: "222222222222", region: "eu-west-2", repository, identifier };
      expect(parseImageReference(reference)).to.deep.equal(expected);
    });
  }

  for (const reference of [
    "nginx",
    "nginx:1",
    "public.ecr.aws/nginx/nginx:1",
    `${REGISTRY}/`,
    `${REGISTRY}/web@sha256:1`,
  ]) {
    it(`to ${reference} is to nothing that can be pulled here`, () => {
      expect(() => parseImageReference(reference)).to.throw(`No such image: ${reference}`);
    });
  }
});
