import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { connect, createServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { openAuthority } from "../../../src/home/certificate/authority.ts";
import {
  certificateFile,
  certificateFolder,
  readCertificateSet,
  readServerCertificate,
  type ServerCertificate,
} from "../../../src/home/certificate/certificate.ts";
import {
  authorityFile,
  certificateName,
  installCertificate,
  removeCertificate,
} from "../../../src/home/certificate/install.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { freshFolder } from "../../support/home-folder.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse("2026-11-20T12:00:00.000Z");
const INSTALLER = fileURLToPath(new URL("endless-installer.ts", import.meta.url));

const plan = { names: ["till-pc.local", "192.168.1.20"], machine: "till pc, left", nowMs: NOW_MS };

/** What a client that trusts this authority alone says of the server. */
async function handshake(
  t: TestContext,
  shown: Pick<ServerCertificate, "certificate" | "key">,
  authority: string,
  servername: string,
): Promise<string> {
  const server = createServer({ cert: shown.certificate, key: shown.key }, (socket) => socket.end());
  server.on("tlsClientError", () => {}); // A client that does not trust it hangs up.
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: "127.0.0.1", port, servername, ca: authority });
  t.after(() => client.destroy());
  return new Promise((resolve) => {
    client.on("secureConnect", () => resolve("trusted"));
    client.on("error", (error: NodeJS.ErrnoException) => resolve(`${error.code ?? ""} ${error.message}`));
  });
}

/** Made once, for it takes its time: each test gets a copy. */
const original = mkdtempSync(join(tmpdir(), "tillbridge-test-"));
after(() => rmSync(original, { recursive: true }));
before(async () => {
  await installCertificate(original, plan);
});

function installed(t: TestContext): string {
  const data = freshFolder(t);
  cpSync(original, data, { recursive: true, preserveTimestamps: true });
  return data;
}

describe("an installed certificate", () => {
  it("is ten leaves of one authority, a key each, that follow each other without a gap", async (t) => {
    const data = installed(t);

    const set = await readCertificateSet(data);

    assert.ok(set !== undefined);
    assert.equal(set.leaves.length, 10);
    assert.equal(new Set(set.leaves.map(({ key }) => key)).size, 10);
    assert.equal(new Set(set.leaves.map(({ certificate }) => certificate.serialNumber)).size, 10);
    for (const [index, leaf] of set.leaves.entries()) {
      assert.equal(leaf.notBeforeMs, NOW_MS - DAY_MS + index * 330 * DAY_MS);
      assert.ok(leaf.notAfterMs - leaf.notBeforeMs < 397 * DAY_MS);
      assert.equal(leaf.certificate.ca, false);
      assert.deepEqual(leaf.certificate.keyUsage, ["1.3.6.1.5.5.7.3.1"], "for servers alone");
    }
    assert.equal(Date.parse(set.authority.validTo), set.leaves.at(-1)?.notAfterMs);
    assert.equal(set.authority.ca, true);
  });

  it("holds no key of its authority, and nobody but its owner can read it", () => {
    const data = original;
    const [authority = "", ...blocks] = readFileSync(certificateFile(data), "utf8").split(/(?=-----BEGIN)/);
    const keys = blocks.filter((block) => block.includes("PRIVATE KEY"));

    assert.equal(keys.length, 10);
    for (const key of keys) assert.equal(new X509Certificate(authority).checkPrivateKey(createPrivateKey(key)), false);
    assert.equal(readFileSync(authorityFile(data), "utf8"), authority);
    assert.deepEqual(readdirSync(certificateFolder(data)).sort(), ["authority.pem", "installed.pem"]);
    if (process.platform === "win32") return;
    assert.equal(statSync(certificateFolder(data)).mode & 0o777, 0o700);
    assert.equal(statSync(certificateFile(data)).mode & 0o777, 0o600);
  });

  it("is told apart from the next one by machine, day and more", async (t) => {
    const data = installed(t);
    const first = await installCertificate(data, plan);
    const second = await installCertificate(data, plan);

    assert.match(
      first.subject,
      /^O=Tillbridge local authority\nCN=Tillbridge on till-pc--left 2026-11-20 [0-9a-f]{8}$/,
    );
    assert.notEqual(first.subject, second.subject);
    assert.equal((await readCertificateSet(data))?.authority.fingerprint256, second.fingerprint256);
  });

  it("is believed under its names, and under no other one", async (t) => {
    const nowMs = Date.now();
    const data = freshFolder(t);
    const authority = (await installCertificate(data, { ...plan, nowMs })).toString();
    const shown = await readServerCertificate(data, nowMs);
    assert.ok(shown !== undefined);

    assert.deepEqual(shown.names, ["localhost", "127.0.0.1", "::1", "till-pc.local", "192.168.1.20"]);
    assert.equal(await handshake(t, shown, authority, "localhost"), "trusted");
    assert.equal(await handshake(t, shown, authority, "till-pc.local"), "trusted");
    assert.match(await handshake(t, shown, authority, "pos.example.com"), /^ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it("is not believed by who trusts another installation", async (t) => {
    const nowMs = Date.now();
    const data = freshFolder(t);
    await installCertificate(data, { ...plan, nowMs });
    const shown = await readServerCertificate(data, nowMs);
    const other = await installCertificate(freshFolder(t), { ...plan, nowMs });
    assert.ok(shown !== undefined);

    assert.notEqual(await handshake(t, shown, other.toString(), "localhost"), "trusted");
  });

  for (const [evil, servername] of [
    ["evil.test", "evil.test"],
    ["10.0.0.9", ""],
  ] as const) {
    it(`comes from an authority that cannot vouch for ${evil}, even with its key`, async (t) => {
      const validity = { notBeforeMs: Date.now() - DAY_MS, notAfterMs: Date.now() + DAY_MS };
      const names = ["localhost", "127.0.0.1", "::1"];
      const authority = await openAuthority({ commonName: "test", names, validity });
      const honest = await authority.sign(names, validity);
      const forged = await authority.sign(["localhost", evil], validity);

      assert.equal(await handshake(t, honest, authority.certificate, "localhost"), "trusted");
      for (const asked of [servername, "localhost"])
        assert.match(await handshake(t, forged, authority.certificate, asked), /permitted subtree violation/);
    });
  }
});

describe("the certificate that is shown", () => {
  it("is the one that began last, a day ago at least", async (t) => {
    const data = installed(t);
    const begins = (index: number) => NOW_MS - DAY_MS + index * 330 * DAY_MS;
    const ends = (index: number) => new Date(begins(index) + 397 * DAY_MS - 1_000).toISOString();
    const at = async (nowMs: number) => (await readServerCertificate(data, nowMs))?.notAfter;

    assert.equal(await at(NOW_MS), ends(0), "usable at once");
    assert.equal(await at(begins(1)), ends(0), "clocks of clients may be late");
    assert.equal(await at(begins(1) + DAY_MS - 1), ends(0));
    assert.equal(await at(begins(1) + DAY_MS), ends(1));
    assert.equal(await at(begins(9) + DAY_MS), ends(9));
    assert.equal(await at(begins(9) + 4_000 * DAY_MS), ends(9), "nothing better is there");
    assert.equal(await at(0), ends(0), "the clock has lost its battery");
  });

  it("never ends before the next one takes its place", async (t) => {
    const data = installed(t);
    const lastMs = NOW_MS - DAY_MS + 9 * 330 * DAY_MS + 396 * DAY_MS;

    for (let nowMs = NOW_MS; nowMs < lastMs; nowMs += 20 * DAY_MS) {
      const shown = await readServerCertificate(data, nowMs);
      assert.ok(shown !== undefined && Date.parse(shown.notAfter) > nowMs, new Date(nowMs).toISOString());
    }
  });

  it("is read by a hundred at once", async (t) => {
    const data = installed(t);

    const shown = await Promise.all(Array.from({ length: 100 }, () => readServerCertificate(data, NOW_MS)));

    assert.equal(new Set(shown.map((each) => each?.key)).size, 1);
  });

  it("is none where none is installed, or where it was removed", async (t) => {
    const data = installed(t);

    assert.equal(await readServerCertificate(freshFolder(t), NOW_MS), undefined);
    assert.equal(await removeCertificate(data), true);
    assert.equal(await removeCertificate(data), false);
    assert.equal(await readServerCertificate(data, NOW_MS), undefined);
    assert.deepEqual(readdirSync(data), []);
  });
});

describe("a file that cannot be used", () => {
  const broken: Readonly<Record<string, (text: string) => string>> = {
    "is empty": () => "",
    "is no certificate": () => "hello",
    "was torn in a certificate": (text) => text.slice(0, 1_500),
    "was torn behind a certificate": (text) => text.slice(0, text.indexOf("-----BEGIN PRIVATE KEY")),
    "has the authority alone": (text) => text.slice(0, text.indexOf("-----END CERTIFICATE-----") + 26),
    "has an authority that is another one": (text) => text.slice(text.indexOf("-----BEGIN CERTIFICATE", 10)),
    "has keys of other certificates": (text) => {
      const [first = "", second = ""] = [...text.matchAll(/-----BEGIN PRIVATE[^]*?END PRIVATE KEY-----/g)].map(String);
      return text.replace(second, first);
    },
    "has a changed byte": (text) => text.replaceAll("A", "B"),
  };

  for (const [how, change] of Object.entries(broken)) {
    it(`because it ${how} is told with its remedy`, async (t) => {
      const data = installed(t);
      const path = certificateFile(data);
      writeFileSync(path, change(readFileSync(path, "utf8")));

      await assert.rejects(readServerCertificate(data, NOW_MS), (error) => {
        assert.ok(error instanceof HomeFailure);
        assert.match(error.message, /installed\.pem cannot be used: .*`tillbridge certificate install`/s);
        return true;
      });
      assert.equal(await removeCertificate(data), true, "it can be taken away");
    });
  }

  it(
    "because it is a folder, or others can read it, is told as well",
    { skip: process.platform === "win32" },
    async (t) => {
      const data = freshFolder(t);
      mkdirSync(certificateFile(data), { recursive: true });
      await assert.rejects(readServerCertificate(data, NOW_MS), HomeFailure);
      const other = installed(t);
      chmodSync(certificateFile(other), 0o644);

      await assert.rejects(readServerCertificate(other, NOW_MS), /other users of this machine can read it/);
    },
  );
});

describe("an install", () => {
  it("that is killed in the middle leaves what was installed before, or the new one", async (t) => {
    const data = installed(t);
    let cutShort = 0;

    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [INSTALLER, data], { stdio: "ignore" });
      const watcher = watch(certificateFolder(data), (_event, name) => {
        if (name?.endsWith(".new") === true) child.kill("SIGKILL"); // It writes at this moment.
      });
      await once(child, "close");
      watcher.close();

      assert.ok((await readServerCertificate(data, Date.now())) !== undefined, "there always is one, and it is whole");
      if (readdirSync(certificateFolder(data)).some((name) => name.endsWith(".new"))) cutShort += 1;
    }

    t.diagnostic(`${cutShort} of 4 left a file behind that was not in its place yet`);
    await installCertificate(data, { ...plan, nowMs: Date.now() + DAY_MS });
    assert.deepEqual(readdirSync(certificateFolder(data)).sort(), ["authority.pem", "installed.pem"]);
  });

  it("takes away what one that was cut short left behind, but not what may be somebody's at this moment", async (t) => {
    const data = installed(t);
    const [old, fresh] = ["installed.pem.00.new", "installed.pem.01.new"];
    for (const name of [old, fresh]) writeFileSync(join(certificateFolder(data), name), "half a key");
    utimesSync(join(certificateFolder(data), old), new Date(NOW_MS - DAY_MS), new Date(NOW_MS - DAY_MS));
    utimesSync(join(certificateFolder(data), fresh), new Date(NOW_MS), new Date(NOW_MS));

    await installCertificate(data, plan);

    assert.deepEqual(readdirSync(certificateFolder(data)).sort(), ["authority.pem", "installed.pem", fresh]);
  });

  it("says in words that what was left behind cannot be taken away", async (t) => {
    const data = installed(t);
    const leftover = join(certificateFolder(data), "installed.pem.00.new");
    mkdirSync(leftover);
    utimesSync(leftover, new Date(NOW_MS - DAY_MS), new Date(NOW_MS - DAY_MS));

    await assert.rejects(installCertificate(data, plan), (failure) => {
      assert(failure instanceof HomeFailure);
      assert(failure.message.startsWith(`${leftover} cannot be removed: `), failure.message);
      return true;
    });
  });

  it("takes names and addresses, and nothing else", () => {
    const taken = ["till-pc", "Till-PC.local.", "192.168.1.20", "FE80:0:0::1"].map(certificateName);

    assert.deepEqual(taken, ["till-pc", "till-pc.local", "192.168.1.20", "fe80::1"]);
    for (const wrong of [
      "",
      "*",
      "*.local",
      "till pc",
      "a..b",
      "-a",
      "192.168.1",
      "1.2.3.4.5",
      "fe80::1%eth0",
      "a:80",
      "x".repeat(64),
    ])
      assert.throws(() => certificateName(wrong), HomeFailure, wrong);
  });
});
