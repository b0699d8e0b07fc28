import { expect } from "chai";
import { encryptKey, toPkcs12, toPkcs12Truststore } from "@slipway/local/certificates";
import { rejectionOf } from "@slipway/testing";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AGENT_SECRETS } from "../../src/agent-contract";
import { tlsFromVariables } from "../../src/tls/source";
import { parties } from "../support/agent-world";

const { certificate, privateKey, trust, keystore, truststore, keystorePassword, truststorePassword } = AGENT_SECRETS;
const PASSWORD = "correct horse";

describe("tlsFromVariables", () => {
  const pem = () => ({
    [certificate]: parties().client.certificate,
    [privateKey]: parties().client.privateKey,
    [trust]: parties().authority.certificate,
  });
  const stores = () => ({
    [keystore]: toPkcs12(parties().client, PASSWORD).toString("base64"),
    [truststore]: toPkcs12Truststore([parties().authority.certificate], PASSWORD).toString("base64"),
    [keystorePassword]: PASSWORD,
  });

  const accepted: Readonly<Record<string, () => Record<string, string>>> = {
    "PEM with a plain key": pem,
    "PEM with a key that the password opens": () => ({
      ...pem(),
      [privateKey]: encryptKey(parties().client.privateKey, PASSWORD),
      [keystorePassword]: PASSWORD,
    }),
    "PKCS#12 files of one password": stores,
    "PKCS#12 files of two passwords": () => ({
      ...stores(),
      [truststore]: toPkcs12Truststore([parties().authority.certificate], "another").toString("base64"),
      [truststorePassword]: "another",
    }),
    "a keystore and authorities in PEM": () => ({ ...stores(), [truststore]: "", [trust]: pem()[trust] as string }),
  };
  for (const [what, variables] of Object.entries(accepted)) {
    it(`reads ${what}`, async () => {
      const { options, validUntil } = await tlsFromVariables(variables()).current();

      expect(options.ca).to.deep.equal([parties().authority.certificate.replaceAll("\r\n", "\n")]);
      expect(options.minVersion).to.equal("TLSv1.2");
      expect((validUntil.getTime() - Date.now()) / 86_400_000).to.be.within(396, 397);
    });
  }

  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });
  const refused: Readonly<Record<string, [() => Record<string, string>, RegExp]>> = {
    "an encrypted key with a wrong password": [
      () => ({
        ...pem(),
        [privateKey]: encryptKey(parties().client.privateKey, PASSWORD),
        [keystorePassword]: "wrong",
      }),
      /^\[SFT_AGENT_PRIVATE_KEY\] its password does not open it$/,
    ],
    "an encrypted key without a password": [
      () => ({ ...pem(), [privateKey]: encryptKey(parties().client.privateKey, PASSWORD) }),
      /^\[SFT_AGENT_PRIVATE_KEY\] is encrypted and no password is given$/,
    ],
    "a key of another certificate": [
      () => ({ ...pem(), [privateKey]: other.toString() }),
      /^\[SFT_AGENT_PRIVATE_KEY\] is not the key of the first certificate in SFT_AGENT_CERTIFICATE$/,
    ],
    "a key that is none": [
      () => ({ ...pem(), [privateKey]: "secret text" }),
      /^\[SFT_AGENT_PRIVATE_KEY\] holds no private key in PEM$/,
    ],
    "a certificate that is none": [
      () => ({ ...pem(), [certificate]: "secret text" }),
      /^\[SFT_AGENT_CERTIFICATE\] holds no certificate in PEM$/,
    ],
    "no key at all": [() => ({ [trust]: pem()[trust] as string }), /^\[SFT_AGENT_CERTIFICATE\] is not given/],
    "nobody to trust": [() => ({ ...pem(), [trust]: "" }), /^\[SFT_AGENT_TRUST\] is not given/],
    "a keystore with a wrong password": [
      () => ({ ...stores(), [keystorePassword]: "wrong" }),
      /^\[SFT_AGENT_KEYSTORE\] its password does not open it$/,
    ],
    "a keystore that is none": [
      () => ({ ...stores(), [keystore]: "c2VjcmV0" }),
      /^\[SFT_AGENT_KEYSTORE\] is no PKCS#12 file$/,
    ],
    "a keystore without a key": [
      () => ({ ...stores(), [keystore]: stores()[truststore] as string }),
      /^\[SFT_AGENT_KEYSTORE\] holds no certificate with its key$/,
    ],
  };
  for (const [what, [variables, line]] of Object.entries(refused)) {
    it(`D4 refuses ${what} in one line, without the secret`, async () => {
      const error = await rejectionOf(tlsFromVariables(variables()).current());

      expect(error.name).to.equal("InvalidInputError");
      expect(error.message).to.match(line);
      expect(`${error.message} ${String(Reflect.get(error, "hint"))}`).to.not.match(/secret text|wrong|horse/);
    });
  }

  it("reads files again when they have changed, and only then", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-tls-"));
    const { authority } = parties();
    const file = join(folder, "trust.pem");
    writeFileSync(file, authority.certificate);
    const source = tlsFromVariables({ ...pem(), [trust]: undefined, [`${trust}_FILE`]: file });

    const first = await source.current();
    expect(await source.current()).to.equal(first);
    writeFileSync(file, authority.certificate + authority.certificate);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    const second = await source.current();

    expect(first.options.ca).to.have.length(1);
    expect(second.options.ca).to.have.length(2);
    rmSync(folder, { recursive: true });
  });
});
