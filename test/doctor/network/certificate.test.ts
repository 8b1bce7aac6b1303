import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { before, describe, it, type TestContext } from "node:test";
import type { Config } from "../../../src/home/config-schema.ts";
import { openAuthority } from "../../../src/home/certificate/authority.ts";
import { certificateFile } from "../../../src/home/certificate/certificate.ts";
import { installCertificate } from "../../../src/home/certificate/install.ts";
import { readConfig } from "../../../src/home/config.ts";
import { certificateExaminations } from "../../../src/doctor/network/certificate.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { inEnglish } from "../told.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 29);

function serverOf(server: object): Config["server"] {
  const read = readConfig(JSON.stringify({ server }), () => []);
  return read.kind === "valid" ? read.config.server : assert.fail(read.faults.join());
}

async function examined(
  folder: string,
  server: object,
  nowMs = NOW_MS,
  secrets: Readonly<Record<string, string>> = {},
) {
  const examinations = certificateExaminations({
    dataDirectory: folder,
    server: serverOf(server),
    readSecret: (name) => Promise.resolve(secrets[name]),
    now: () => nowMs,
  });
  const checks = await Promise.all(examinations.map(({ examine }) => examine(new AbortController().signal)));
  return inEnglish(checks.flat()).map(
    ({ id, verdict, evidence, remedy }) => `${id} ${verdict}: ${evidence} → ${remedy}`,
  );
}

describe("the certificate that was made here", () => {
  async function installed(t: TestContext, names: readonly string[] = [], nowMs = NOW_MS) {
    const folder = freshFolder(t);
    await installCertificate(folder, { names, machine: "shop", nowMs });
    return folder;
  }

  it("none is well where nobody needs one, a warning for pages of the internet, and a fault for other machines", async (t) => {
    const folder = freshFolder(t);
    const one = async (server: object) => (await examined(folder, server))[0];
    assert.match((await one({})) ?? "", /^certificate\.wss ok/);
    assert.match((await one({ allowedOrigins: ["https://pos.example.com"] })) ?? "", /^certificate\.wss warning/);
    assert.match(
      (await one({ lan: { host: "192.168.1.5" } })) ?? "",
      /^certificate\.wss fault: .*no other machine can connect/,
    );
  });

  it("one that is valid is told with its names and its end", async (t) => {
    const [shown] = await examined(await installed(t, ["till.local"]), {});
    assert.match(
      shown ?? "",
      /^certificate\.wss ok: It is valid for localhost, 127\.0\.0\.1, ::1, till\.local until 2027-/,
    );
  });

  it("one that ended, one that ends soon, and one that has not begun: the clock is doubted", async (t) => {
    const folder = await installed(t);
    const at = async (days: number) => (await examined(folder, {}, NOW_MS + days * DAY_MS))[0] ?? "";
    assert.match(await at(4_000), /fault: The certificate ended at 20\d\d-.*`tillbridge certificate install`/);
    assert.match(await at(9 * 330 + 397 - 30), /warning: The last certificate that was signed in advance ends at/);
    assert.match(await at(-10), /fault: The certificate begins at .*the clock of this machine is wrong/);
  });

  it("names that other machines use and that it does not know are a fault, with the command that makes one", async (t) => {
    const lan = { host: "192.168.1.5", names: ["till.local"] };
    const [shown] = await examined(await installed(t), { lan });
    assert.match(
      shown ?? "",
      /fault: .*and not till\.local, 192\.168\.1\.5.*install --name till\.local --name 192\.168\.1\.5/,
    );
    assert.match(
      (await examined(await installed(t, ["till.local", "192.168.1.5"]), { lan }))[0] ?? "",
      /^certificate\.wss ok/,
    );
  });

  it("one that others can read, or that is half there, is a fault", async (t) => {
    const folder = await installed(t);
    chmodSync(certificateFile(folder), 0o644);
    assert.match((await examined(folder, {}))[0] ?? "", /fault: .*other users of this machine can read it/);
    writeFileSync(certificateFile(folder), "-----BEGIN", { mode: 0o600 });
    chmodSync(certificateFile(folder), 0o600);
    assert.match((await examined(folder, {}))[0] ?? "", /fault: .*cannot be used/);
  });
});

describe("a certificate that somebody else has signed", () => {
  type Pair = { readonly certificate: string; readonly key: string };
  let [valid, ended, other]: Pair[] = [];
  before(async () => {
    const validity = { notBeforeMs: NOW_MS - 500 * DAY_MS, notAfterMs: NOW_MS + 500 * DAY_MS };
    const authority = await openAuthority({ commonName: "Acme", names: ["till.example.com"], validity });
    const sign = (until: number) =>
      authority.sign(["till.example.com"], { notBeforeMs: NOW_MS - 90 * DAY_MS, notAfterMs: NOW_MS + until * DAY_MS });
    [valid, ended, other] = [await sign(60), await sign(-1), await sign(7)];
  });
  const lan = { host: "0.0.0.0", names: ["till.example.com"], certificate: { secret: "crt" }, key: { secret: "key" } };
  const shown = async (t: TestContext, { certificate = "", key = "" }: Partial<Pair> = {}, server: object = lan) => {
    const secrets = { ...(certificate === "" ? {} : { crt: certificate }), ...(key === "" ? {} : { key }) };
    return (await examined(freshFolder(t), { lan: server }, NOW_MS, secrets)).find((line) =>
      line.startsWith("certificate.lan"),
    );
  };

  it("is well, ended, or ends soon", async (t) => {
    assert.match((await shown(t, valid)) ?? "", /ok: It is valid for till\.example\.com/);
    assert.match((await shown(t, ended)) ?? "", /fault: The certificate ended at/);
    assert.match((await shown(t, other)) ?? "", /warning: The certificate ends at/);
  });

  it("with another one's key, without a key, or that is none, is a fault that quotes nothing of it", async (t) => {
    const key = other?.key ?? "";
    assert.match(
      (await shown(t, { certificate: valid?.certificate ?? "", key })) ?? "",
      /fault: The key in key is of another certificate/,
    );
    assert.match(
      (await shown(t, { certificate: valid?.certificate ?? "" })) ?? "",
      /fault: .*key, which is not set.*`tillbridge secret set key`/,
    );
    assert.match((await shown(t, { certificate: "nonsense", key })) ?? "", /fault: The secret crt is no certificate/);
    assert.match(
      (await shown(t, { certificate: valid?.certificate ?? "", key: "nonsense" })) ?? "",
      /fault: The secret key is no key/,
    );
    const { key: _key, ...half } = lan;
    assert.match((await shown(t, valid, half)) ?? "", /fault: .*without its key/);
  });

  it("for other names than those by which the machine is called is a fault", async (t) => {
    assert.match(
      (await shown(t, valid, { ...lan, names: ["shop.example.com"] })) ?? "",
      /fault: .*and not shop\.example\.com/,
    );
  });
});
