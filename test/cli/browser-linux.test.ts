import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { PlaceFailure } from "../../src/cli/browser/access.ts";
import { linuxBrowsers } from "../../src/cli/browser/linux.ts";
import { freshFolder } from "../support/home-folder.ts";

const POS = "https://pos.example.com";
const OTHER = "https://other.example.com:8443";

async function changed(root: string, origins: readonly string[]): Promise<readonly string[]> {
  const changes = await linuxBrowsers(root).changesTo(origins);
  for (const { apply } of changes) await apply();
  return changes.map(({ where }) => where.slice(root.length + 1));
}

function put(root: string, path: string, document: unknown): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof document === "string" ? document : JSON.stringify(document));
  return file;
}

const json = (file: string) => JSON.parse(readFileSync(file, "utf8")) as unknown;
const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) => join(parentPath, name));

test("each browser gets what it understands, in a file that all can read and root alone can write", async (t) => {
  const root = freshFolder(t);

  const written = await changed(root, [POS, OTHER]);

  assert.deepEqual(written, [
    "etc/opt/chrome/policies/managed/tillbridge.json",
    "etc/chromium/policies/managed/tillbridge.json",
    "etc/chromium-browser/policies/managed/tillbridge.json",
    "etc/opt/edge/policies/managed/tillbridge.json",
    "etc/brave/policies/managed/tillbridge.json",
    "etc/firefox/policies/tillbridge.json",
    "etc/firefox/policies/policies.json",
  ]);
  const file = join(root, "etc/chromium/policies/managed/tillbridge.json");
  assert.deepEqual(json(file), {
    LoopbackNetworkAllowedForUrls: [POS, OTHER],
    LocalNetworkAccessAllowedForUrls: [POS, OTHER],
  });
  assert.equal(statSync(file).mode & 0o777, 0o644);
  assert.deepEqual(json(join(root, "etc/firefox/policies/policies.json")), {
    policies: { LocalNetworkAccess: { SkipDomains: ["pos.example.com", "other.example.com"] } },
  });
  assert.deepEqual(await linuxBrowsers(root).origins(), [POS, OTHER]);
});

test("said twice it changes nothing, and taken back it leaves nothing", async (t) => {
  const root = freshFolder(t);
  mkdirSync(join(root, "etc"));
  await changed(root, [POS]);

  assert.deepEqual(await changed(root, [POS]), []);
  await changed(root, []);
  assert.deepEqual(filesIn(root), [join(root, "etc")]);
  assert.deepEqual(await changed(root, []), []);
});

test("what others have said to Firefox stays, before and after", async (t) => {
  const root = freshFolder(t);
  const theirs = {
    policies: {
      DisableTelemetry: true,
      LocalNetworkAccess: { EnablePrompting: true, SkipDomains: ["printer.example.com", "pos.example.com"] },
    },
    note: "kept by the back office",
  };
  const file = put(root, "etc/firefox/policies/policies.json", theirs);

  await changed(root, [POS, OTHER]);
  const access = theirs.policies.LocalNetworkAccess;
  const merged = { ...access, SkipDomains: [...access.SkipDomains, "other.example.com"] };
  assert.deepEqual(json(file), { ...theirs, policies: { ...theirs.policies, LocalNetworkAccess: merged } });

  await changed(root, []);
  assert.deepEqual(json(file), theirs);
  assert.deepEqual(filesIn(join(root, "etc")), [join(root, "etc/firefox"), dirname(file), file]);
});

test("an empty policies.json of somebody else is left behind as it was found", async (t) => {
  const root = freshFolder(t);
  const file = put(root, "etc/firefox/policies/policies.json", { policies: {} });
  await changed(root, [POS]);
  await changed(root, []);
  assert.deepEqual(json(file), { policies: {} });
});

test("a distribution's policies.json is added to, because one in /etc would hide it", async (t) => {
  const root = freshFolder(t);
  const file = put(root, "usr/lib/firefox/distribution/policies.json", { policies: { DisableAppUpdate: true } });

  await changed(root, [POS]);
  assert.equal(existsSync(join(root, "etc/firefox/policies/policies.json")), false);
  assert.deepEqual(json(file), {
    policies: { DisableAppUpdate: true, LocalNetworkAccess: { SkipDomains: ["pos.example.com"] } },
  });
  // Another one that appears later is not ours.
  const later = put(root, "etc/firefox/policies/policies.json", { policies: { DisableTelemetry: true } });
  await changed(root, []);
  assert.deepEqual(json(file), { policies: { DisableAppUpdate: true } });
  assert.deepEqual(json(later), { policies: { DisableTelemetry: true } });
});

test("a policies.json that is no JSON is named and left as it is, and nothing else is written", async (t) => {
  const root = freshFolder(t);
  const file = put(root, "etc/firefox/policies/policies.json", "{ oh no");

  await assert.rejects(linuxBrowsers(root).changesTo([POS]), (error) => {
    return error instanceof PlaceFailure && error.message.startsWith(`${file} is no JSON`);
  });
  assert.equal(readFileSync(file, "utf8"), "{ oh no");
  assert.equal(existsSync(join(root, "etc/chromium")), false);
});

test("other files in the folders of the browsers stay", async (t) => {
  const root = freshFolder(t);
  const theirs = put(root, "etc/chromium/policies/managed/shop.json", { HomepageLocation: POS });
  await changed(root, [POS]);
  await changed(root, []);
  assert.deepEqual(json(theirs), { HomepageLocation: POS });
  assert.deepEqual(readdirSync(dirname(theirs)), ["shop.json"]);
});
