import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { SecureParameterError } from "../../src/core/errors";
import type { ImageLabels } from "../../src/core/ports";

/** A store of labels and a way to plant an encrypted value in it. */
export interface Labels {
  readonly labels: ImageLabels;
  readonly putSecure: (label: string, service: string, value: string) => Promise<void>;
}

/** What every implementation of the labels has to do. @param make Empty labels. */
export function imageLabelsContract(name: string, make: () => Promise<Labels>): void {
  describe(`image labels of ${name}`, () => {
    let labels: ImageLabels;
    let putSecure: Labels["putSecure"];

    beforeEach(async () => {
      ({ labels, putSecure } = await make());
    });

    it("keeps images by label and service, with who published them", async () => {
      await labels.put("latest", "cart", "example.com/cart:1", "ada");
      await labels.put("stage", "cart", "example.com/cart:0", "bob");

      expect(await labels.read("latest", ["cart"])).to.deep.equal([
        { service: "cart", uri: "example.com/cart:1", version: 1 },
      ]);
      const [found] = await labels.list("latest");
      expect(found).to.deep.include({ service: "cart", version: 1, publishedBy: "ada", secure: false });
      expect(found?.publishedAt).to.be.instanceOf(Date);
    });

    it("grows the version with each write", async () => {
      await labels.put("latest", "cart", "example.com/cart:1", "ada");
      await labels.put("latest", "cart", "example.com/cart:2", "ada");

      expect((await labels.list("latest"))[0]?.version).to.equal(2);
      expect((await labels.read("latest", ["cart"]))[0]).to.deep.include({ version: 2, uri: "example.com/cart:2" });
    });

    it("lists and reads 123 services over all pages", async () => {
      const services = Array.from({ length: 123 }, (_, n) => `service-${String(n).padStart(3, "0")}`);
      await Promise.all(services.map((service) => labels.put("latest", service, `example.com/${service}:1`, "ada")));

      expect((await labels.list("latest")).map(({ service }) => service).sort()).to.deep.equal(services);
      expect((await labels.read("latest", services)).map(({ service }) => service).sort()).to.deep.equal(services);
      const described = await labels.describe("latest", [...services, "absent"]);
      expect(described.map(({ service, version }) => `${service} ${version}`).sort()).to.deep.equal(
        services.map((service) => `${service} 1`),
      );
    }).timeout(60_000);

    it("knows nothing of other labels whose name begins alike", async () => {
      await labels.put("latest-2", "cart", "example.com/cart:1", "ada");

      expect(await labels.list("latest")).to.deep.equal([]);
      expect(await labels.read("latest", ["cart"])).to.deep.equal([]);
    });

    it("removes services, and those that are not there without a word", async () => {
      await labels.put("stage", "cart", "example.com/cart:1", "ada");

      await labels.remove("stage", ["cart", "till"]);

      expect(await labels.list("stage")).to.deep.equal([]);
    });

    it("R8 refuses an encrypted value without printing it", async () => {
      await putSecure("latest", "cart", "s3cret");

      expect((await labels.list("latest"))[0]?.secure).to.equal(true);
      const error = await rejectionOf(labels.read("latest", ["cart"]));
      expect(error).to.be.instanceOf(SecureParameterError);
      expect(String(error)).to.include("/latest/cart").and.not.include("s3cret");
    });
  });
}
