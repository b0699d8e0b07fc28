import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { parseAppEvent } from "../../src/core/app-event";
import { parseBuildUpdate } from "../../src/core/build-update";
import { UnreadableMessageError } from "../../src/core/errors";
import { parseExecutorMessage, parseSiteMessage } from "../../src/core/messages";
import { requireDomain } from "../../src/core/site-names";
import { requireSettings, requireSiteId } from "../../src/core/settings";
import { requestOf, SETTINGS } from "../support/sites-world";

const read = (name: string): string => readFileSync(join(__dirname, "..", "fixtures", "events", name), "utf8");

describe("messages of the executor's queue", () => {
  it("are requests as they were sent", () => {
    const request = requestOf(1, { archive: { kind: "zip", bucket: "b", key: "k", version_id: "v" } });
    expect(parseExecutorMessage(JSON.stringify(request))).to.deep.equal({ kind: "request", request });
  });

  it("are CodePush's events, with the archive of the commit", () => {
    const parsed = parseExecutorMessage(read("code-push/source-pushed.json"));
    expect(parsed).to.have.nested.property("push.commit", "709d658dc5b6d6afcd46049c2f332ee3f515a67d");
    expect(parsed).to.have.nested.property("push.archive.version_id", "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY");
    expect(parsed).to.have.nested.property("push.requested_at", "2026-11-21T10:00:07.999Z");
  });

  it("of a late older push, or of a tag, are nothing to do", () => {
    const late = read("code-push/source-pushed.json").replace('"latest": true', '"latest": false');
    const tag = read("code-push/source-pushed.json").replace('"ref_kind": "branch"', '"ref_kind": "tag"');
    for (const each of [late, tag]) expect(parseExecutorMessage(each).kind).to.equal("ignored");
  });

  for (const [what, body] of Object.entries({
    "no JSON": "{",
    null: "null",
    "another type": '{"type":"x"}',
    "no site": JSON.stringify({ ...requestOf(1), site_id: "" }),
    "a trigger of nobody": JSON.stringify({ ...requestOf(1), trigger: "carrier pigeon" }),
    "a commit that is an option": JSON.stringify({ ...requestOf(1), commit: "--upload-pack=x" }),
    "a time that is none": JSON.stringify({ ...requestOf(1), requested_at: "yesterday" }),
    "an archive without a key": JSON.stringify({ ...requestOf(1), archive: { bucket: "b" } }),
  })) {
    it(`with ${what} are refused`, () => {
      expect(() => parseExecutorMessage(body)).to.throw(UnreadableMessageError);
    });
  }

  it("compare times as text, however they were written", () => {
    const parsed = parseExecutorMessage(JSON.stringify(requestOf(1, { requested_at: "2026-11-21T11:00:00+01:00" })));
    expect(parsed).to.have.nested.property("request.requested_at", "2026-11-21T10:00:00.000Z");
  });
});

describe("messages about sites", () => {
  it("name a site", () => {
    const message = { type: "slipway.site.look", site_id: "shop", correlation_id: "c" };
    expect(parseSiteMessage(JSON.stringify(message))).to.deep.equal(message);
    expect(() => parseSiteMessage('{"type":"slipway.site.look"}')).to.throw(UnreadableMessageError);
  });
});

describe("messages of CodeBuild", () => {
  const event = read("codebuild/phase-failed.json");

  it("tell which of our phases failed, and why, in SNS's envelope or without one", () => {
    const expected = {
      site_id: "shop",
      build_number: 7,
      build_id: "main-shop:8745a7a9-c340-456a-9166-edf953571bEX",
      status: "failed",
      phase: "Build",
      reason: "exit status 1",
    };
    expect(parseBuildUpdate(event)).to.deep.include(expected);
    expect(parseBuildUpdate(JSON.stringify({ Type: "Notification", Message: event }))).to.deep.include(expected);
  });

  it("of builds and events that are nobody's of ours are ignored", () => {
    expect(parseBuildUpdate(event.replace("SLIPWAY_SITE_ID", "OTHER"))).to.equal(undefined);
    expect(parseBuildUpdate(event.replace("Build State Change", "Something Else"))).to.equal(undefined);
    expect(parseBuildUpdate(event.replace('"FAILED"', '"NEW_STATE"'))).to.equal(undefined);
  });

  it("that are none are refused", () => {
    for (const body of ["", "[]", "{}", '{"Message":"{"}']) {
      expect(() => parseBuildUpdate(body), body).to.throw(UnreadableMessageError);
    }
  });
});

describe("messages of the apps team", () => {
  const created = { type: "Created", app_id: "shop", settings: SETTINGS, correlation_id: "c" };

  it("are read bare, in a topic's envelope and as a bus has them", () => {
    const { type, ...detail } = created;
    const bodies = [created, { Message: JSON.stringify(created) }, { "detail-type": type, detail }];
    for (const body of bodies) expect(parseAppEvent(JSON.stringify(body))).to.deep.equal(created);
    expect(parseAppEvent('{"type":"Deleted","app_id":"shop"}')).to.deep.equal({ type: "Deleted", app_id: "shop" });
  });

  it("that are not Created or Deleted, or of no app, are refused; so are settings that are no good", () => {
    expect(() => parseAppEvent('{"type":"Renamed","app_id":"shop"}')).to.throw(UnreadableMessageError);
    expect(() => parseAppEvent('{"type":"Deleted"}')).to.throw(UnreadableMessageError);
    expect(() => parseAppEvent('{"type":"Created","app_id":"shop"}')).to.throw(InvalidInputError);
  });
});

describe("settings of sites", () => {
  it("are taken as they are", () => {
    const full = {
      ...SETTINGS,
      domain: "www.example.org",
      build: { install: "npm ci", test: "npm test", output: "dist/site", environment: { NODE_ENV: "production" } },
      keep_releases: 3,
      cache_rules: [{ glob: "assets/**", cache_control: "public, max-age=60" }],
      spa_fallback: true,
      error_page: "errors/404.html",
      preview_branches: ["feature/*"],
    };
    expect(requireSettings(full)).to.deep.equal(full);
  });

  for (const [field, change] of Object.entries<object>({
    domain: { domain: "nowhere" },
    name: { name: "" },
    "source.repository": { source: { kind: "github", repository: "github.com/../x", branch: "main" } },
    "source.branch": { source: { kind: "github", repository: "github.com/a/b", branch: "--option" } },
    "build.output": { build: { output: "../.." } },
    "build.environment.SLIPWAY_SITE_ID": { build: { environment: { SLIPWAY_SITE_ID: "other" } } },
    "build.timeout_minutes": { build: { timeout_minutes: 0 } },
    keep_releases: { keep_releases: 0 },
    error_page: { error_page: "/etc/passwd" },
  })) {
    it(`name ${field} where it is no good`, () => {
      expect(() => requireSettings({ ...SETTINGS, ...change })).to.throw(InvalidInputError, `[${field}]`);
    });
  }

  for (const [what, [change, message, hint]] of Object.entries<[object, string, string]>({
    "a slip": [
      { error_pag: "e.html" },
      "[error_pag] is no setting",
      "did you mean error_page? there are: name, domain,",
    ],
    "nothing like it": [{ colour: "blue" }, "[colour] is no setting", "there are: name, domain, source, build,"],
    "one of a build": [{ build: { instal: "x" } }, "[build.instal] is no setting", "did you mean install?"],
    "one of another source": [{ source: { kind: "zip", branch: "main" } }, "[source.branch]", "there are: kind"],
    "no kind of source": [
      { source: { kind: "svn" } },
      "[source.kind] is none",
      "there are: github, bitbucket, webhook,",
    ],
  })) {
    it(`that are unknown are told with those that there are: ${what}`, () => {
      const read = (): unknown => requireSettings({ ...SETTINGS, ...change });
      expect(read).to.throw(InvalidInputError, message).with.property("hint").that.includes(hint);
    });
  }

  it("name no domain that a site cannot get", () => {
    const domain = "shop.example.org";
    const refusal = (domains: object) => () => requireDomain(domains, domain);
    expect(refusal({})).to.throw(InvalidInputError, "[domain] shop.example.org needs a Route 53 zone, and");
    const hostedZoneId = "Z1";
    const other = { hostedZoneId, baseDomain: "acme.com" };
    expect(refusal(other)).to.throw(InvalidInputError, "is not below the base domain acme.com");
    for (const fits of [{ hostedZoneId }, { hostedZoneId, baseDomain: "example.org" }]) refusal(fits)();
    requireDomain({}, undefined);
  });

  it("of unknown names are refused, and so are ids that no bucket could be named by", () => {
    expect(() => requireSettings({ ...SETTINGS, colour: "blue" })).to.throw(InvalidInputError);
    for (const id of ["", "Shop", "-a", "a-", "a.b", "../x", "a".repeat(41), "a#b"]) {
      expect(() => requireSiteId(id), id).to.throw(InvalidInputError);
    }
    expect(requireSiteId("a".repeat(40))).to.have.length(40);
  });
});
