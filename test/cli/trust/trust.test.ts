import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { authorityIn, type TrustedAuthority } from "../../../src/cli/trust/store.ts";
import { trustOn } from "../../../src/cli/trust/trust.ts";
import { openAuthority } from "../../../src/home/certificate/authority.ts";
import { fakeMachine } from "./fake-machine.ts";

const ANCHORS = "usr/local/share/ca-certificates";
const validity = { notBeforeMs: Date.parse("2026-11-20T00:00:00Z"), notAfterMs: Date.parse("2036-11-20T00:00:00Z") };

let first: TrustedAuthority;
let second: TrustedAuthority;

before(async () => {
  const made = async () =>
    authorityIn((await openAuthority({ commonName: "a", names: ["localhost"], validity })).certificate, "/a.pem");
  [first, second] = [await made(), await made()];
});

const nicknameOf = ({ id }: TrustedAuthority) => `Tillbridge local authority ${id}`;

describe("an authority", () => {
  it("is trusted by the system, Chromium and every Firefox profile, and forgotten without a trace", async (t) => {
    const fake = fakeMachine(t, {
      programs: ["certutil", "update-ca-certificates", "mkdir", "rm", "rmdir", "chromium"],
    });
    mkdirSync(fake.at(ANCHORS), { recursive: true });
    fake.put("home/ana/.mozilla/firefox/abc.default/cert9.db");
    fake.put("home/ana/snap/firefox/common/.mozilla/firefox/def.default/cert9.db");
    const trust = trustOn(fake.machine);

    assert.deepEqual(await trust.add(first), []);
    const { browsers, system } = await trust.verdicts(first);

    assert.deepEqual(
      browsers.map(({ browser, user, trusts }) => [browser, user, trusts]),
      [
        ["Chromium", "ana", true],
        ["Firefox", "ana", true],
        ["Firefox (snap)", "ana", true],
      ],
    );
    assert.equal(system.trusts, true);
    assert.equal(readFileSync(fake.at(`${ANCHORS}/tillbridge-${first.id}.crt`), "utf8"), first.pem);
    assert.deepEqual([...(fake.nss.get(fake.at("home/ana/.pki/nssdb")) ?? [])], [[nicknameOf(first), "C,,"]]);

    assert.deepEqual(await trust.removeAllBut(undefined), []);

    assert.equal(
      (await trust.verdicts(first)).browsers.some(({ trusts }) => trusts === true),
      false,
    );
    assert.deepEqual(readdirSync(fake.at(ANCHORS)), []);
    assert.equal(existsSync(fake.at("home/ana/.pki")), false, "what was made for it goes with it");
    assert.ok(existsSync(fake.at("home/ana/.mozilla/firefox/abc.default/cert9.db")), "what was there stays");
  });

  it("is written in a person's home by programs that run as that person, and by nobody else", async (t) => {
    const fake = fakeMachine(t, { people: ["ana", "bob"] });

    await trustOn(fake.machine).add(first);

    for (const { args, person } of fake.ran) {
      const home = args.find((arg) => arg.includes("/home/"));
      if (home !== undefined) assert.ok(person?.identity !== undefined && home.includes(person.home), args.join(" "));
    }
    assert.equal(fake.nss.size, 2);
  });

  it("takes the place of the one before it", async (t) => {
    const fake = fakeMachine(t);
    mkdirSync(fake.at(ANCHORS), { recursive: true });
    writeFileSync(fake.at(`${ANCHORS}/other.crt`), "");
    const trust = trustOn(fake.machine);
    await trust.add(first);

    await trust.add(second);
    await trust.add(second);
    assert.deepEqual(await trust.removeAllBut(second), []);

    assert.deepEqual(readdirSync(fake.at(ANCHORS)).sort(), ["other.crt", `tillbridge-${second.id}.crt`]);
    assert.deepEqual([...(fake.nss.get(fake.at("home/ana/.pki/nssdb"))?.keys() ?? [])], [nicknameOf(second)]);
    assert.ok(existsSync(fake.at("home/ana/.pki/nssdb/cert9.db")), "it is still in use");
  });

  it("leaves a database that it made where somebody has put something of their own", async (t) => {
    const fake = fakeMachine(t);
    const trust = trustOn(fake.machine);
    await trust.add(first);
    fake.nss.get(fake.at("home/ana/.pki/nssdb"))?.set("Tax office", "C,,");

    assert.deepEqual(await trust.removeAllBut(undefined), []);

    assert.deepEqual([...(fake.nss.get(fake.at("home/ana/.pki/nssdb"))?.keys() ?? [])], ["Tax office"]);
    assert.ok(existsSync(fake.at("home/ana/.pki/nssdb/cert9.db")));
  });

  it("goes where a newer Chromium has its database, which one of ours would hide", async (t) => {
    const fake = fakeMachine(t);
    fake.put("home/ana/.local/share/pki/nssdb/cert9.db");

    await trustOn(fake.machine).add(first);

    assert.deepEqual([...fake.nss.keys()], [fake.at("home/ana/.local/share/pki/nssdb")]);
    assert.equal(existsSync(fake.at("home/ana/.pki")), false);
  });
});

describe("what cannot be done", () => {
  it("for want of rights is said, and the rest is done", async (t) => {
    const fake = fakeMachine(t, { mayChangeSystem: false });
    mkdirSync(fake.at(ANCHORS), { recursive: true });

    const troubles = await trustOn(fake.machine).add(first);

    assert.deepEqual(
      troubles.map(({ store, remedy }) => [store, remedy]),
      [["the system's store", "Run the same command as root, with sudo."]],
    );
    assert.equal(fake.nss.size, 1);
    assert.deepEqual(readdirSync(fake.at(ANCHORS)), []);
  });

  it("for want of certutil is said with the package that has it, and no browser is thought to trust", async (t) => {
    const fake = fakeMachine(t, { programs: ["update-ca-certificates", "chromium"] });
    const profile = fake.put("home/ana/.mozilla/firefox/abc.default/cert9.db");
    const trust = trustOn(fake.machine);

    const troubles = await trust.add(first);
    const { browsers } = await trust.verdicts(first);

    assert.ok(troubles.length > 0 && troubles.every(({ remedy }) => remedy.includes("libnss3-tools")));
    assert.deepEqual(
      browsers.map(({ trusts }) => trusts),
      [false, false],
    );
    assert.deepEqual(await trust.removeAllBut(undefined), [], "nothing of ours can be there");
    writeFileSync(profile, `... ${nicknameOf(first)} ...`);
    assert.deepEqual(
      (await trust.verdicts(first)).browsers.map(({ trusts }) => trusts),
      [false, undefined],
      "there may be",
    );
    assert.equal((await trust.removeAllBut(undefined)).length, 1);
  });

  it("because of a primary password is said, and nothing is left half done", async (t) => {
    const fake = fakeMachine(t);
    fake.put("home/ana/.mozilla/firefox/abc.default/cert9.db");
    const profile = fake.at("home/ana/.mozilla/firefox/abc.default");
    fake.locked.add(profile);

    const troubles = await trustOn(fake.machine).add(first);

    assert.deepEqual(
      troubles.map(({ store }) => store),
      [profile],
    );
    assert.match(troubles[0]?.remedy ?? "", /primary password/);
    assert.equal(fake.nss.get(profile)?.size, 0);
  });

  it("because the system's program fails is said with what it says", async (t) => {
    const fake = fakeMachine(t, { people: [] });
    mkdirSync(fake.at(ANCHORS), { recursive: true });
    fake.failing.add("update-ca-certificates");

    const [trouble, ...others] = await trustOn(fake.machine).add(first);

    assert.equal(trouble?.why, "`update-ca-certificates` failed: it cannot");
    assert.deepEqual(others, []);
  });

  it("for a Firefox that nobody has started is said", async (t) => {
    const fake = fakeMachine(t, { programs: ["certutil", "mkdir", "firefox"] });

    const { browsers } = await trustOn(fake.machine).verdicts(first);

    assert.deepEqual(
      browsers.map(({ browser, trusts }) => [browser, trusts]),
      [["Firefox", false]],
    );
    assert.match(browsers[0]?.remedy ?? "", /Start Firefox once/);
  });

  it("on a system that we do not know is said, with the file to import", async (t) => {
    const { system, browsers } = await trustOn(fakeMachine(t, { platform: "darwin" }).machine).verdicts(first);

    assert.equal(system.trusts, false);
    assert.equal(system.remedy, "Import /a.pem by hand.");
    assert.deepEqual(browsers, []);
  });
});

for (const [folder, program, command] of [
  ["etc/pki/ca-trust/source/anchors", "update-ca-trust", "update-ca-trust extract"],
  ["etc/ca-certificates/trust-source/anchors", "trust", "trust extract-compat"],
  ["etc/pki/trust/anchors", "update-ca-certificates", "update-ca-certificates"],
] as const) {
  it(`a system with ${folder} is told with ${command}`, async (t) => {
    const fake = fakeMachine(t, { programs: [program], people: [] });
    mkdirSync(fake.at(folder), { recursive: true });
    const trust = trustOn(fake.machine);

    assert.deepEqual(await trust.add(first), []);
    assert.deepEqual(readdirSync(fake.at(folder)), [`tillbridge-${first.id}.crt`]);
    assert.deepEqual(await trust.removeAllBut(undefined), []);

    assert.deepEqual(readdirSync(fake.at(folder)), []);
    assert.deepEqual(
      fake.ran.map(({ program: run, args }) => [run.slice(fake.at("bin").length + 1), ...args].join(" ")),
      [command, command],
    );
  });
}

describe("on Windows an authority", () => {
  it("is told by its thumbprint, whatever language the system speaks, and taken out of both stores", async (t) => {
    const fake = fakeMachine(t, { platform: "win32", programs: ["certutil"] });
    fake.windows.get("")?.add(first.thumbprint);
    fake.windows.get("-user")?.add(second.thumbprint);
    const trust = trustOn(fake.machine);

    assert.equal((await trust.verdicts(first)).system.trusts, true);
    assert.deepEqual(await trust.removeAllBut(first), []);

    assert.deepEqual([...(fake.windows.get("") ?? [])], [first.thumbprint]);
    assert.equal(fake.windows.get("-user")?.size, 0);
  });

  it("goes into the machine's store, or else into the user's", async (t) => {
    const fake = fakeMachine(t, { platform: "win32", programs: ["certutil"] });
    fake.failing.add("certutil -addstore -f Root /a.pem");

    assert.deepEqual(await trustOn(fake.machine).add(first), []);
    assert.equal(fake.windows.get("")?.size, 0);
    assert.equal(fake.windows.get("-user")?.size, 1);

    fake.failing.add("certutil");
    assert.match((await trustOn(fake.machine).add(first))[0]?.remedy ?? "", /administrator/);
  });
});
