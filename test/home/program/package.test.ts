import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { openPackage } from "../../../src/home/program/archive.ts";
import { readSigned } from "../../../src/home/program/signature.ts";
import { HomeFailure } from "../../../src/home/store.ts";

const PROGRAM = {
  name: "tillbridge",
  version: "1.1.0",
  platform: "linux-x64",
  journal: { schema: 2, oldestReader: 1 },
};
const TOP = "tillbridge-1.1.0";
const DESCRIPTION = { path: `${TOP}/program.json`, text: JSON.stringify(PROGRAM) };

type Entry = {
  readonly path: string;
  readonly text?: string;
  readonly type?: "File" | "Directory" | "SymbolicLink" | "Link" | "CharacterDevice" | "FIFO";
  readonly linkpath?: string;
  readonly mode?: number;
  /** As the header lies about it. */
  readonly size?: number;
};

/** An archive as anybody can make it, entry by entry. */
function archive(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, text = "", type = "File", linkpath, mode = 0o644, size }) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    const fields = { path, type, mode, size: size ?? content.length, mtime: new Date(0), uid: 0, gid: 0 };
    new Header({ ...fields, ...(linkpath === undefined ? {} : { linkpath }) }).encode(header, 0);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tillbridge-package-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("given a package in order, when it is opened and unpacked, then its files are there with rights for everybody to run them", async (t) => {
  const folder = await temporary(t);
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  const bytes = archive([
    { path: `${TOP}/`, type: "Directory", mode: 0o700 },
    DESCRIPTION,
    { path: `${TOP}/bin/`, type: "Directory" },
    { path: `${TOP}/bin/tillbridge`, text: "#!/bin/sh\n", mode: 0o4777 },
  ]);

  const opened = await openPackage(bytes, "p.tar.gz");
  await opened.unpack(folder);

  assert.deepEqual(opened.program, PROGRAM);
  assert.equal(opened.entries, 4);
  assert.equal(await readFile(join(folder, "bin", "tillbridge"), "utf8"), "#!/bin/sh\n");
  const modeOf = async (name: string) => (await stat(join(folder, name))).mode & 0o7777;
  assert.equal(await modeOf("bin/tillbridge"), 0o755);
  assert.equal(await modeOf("bin"), 0o755);
  assert.equal(await modeOf("program.json"), 0o644);
});

const WRONG: Readonly<Record<string, { readonly entries: readonly Entry[]; readonly why: RegExp }>> = {
  "a path that goes up": {
    entries: [DESCRIPTION, { path: `${TOP}/../../etc/passwd`, text: "x" }],
    why: /no name that a program's file has/,
  },
  "an absolute path": { entries: [DESCRIPTION, { path: "/etc/passwd", text: "x" }], why: /no name that a program's/ },
  "a path of another system": {
    entries: [DESCRIPTION, { path: `${TOP}/C:\\Windows\\x.dll`, text: "x" }],
    why: /no name that a program's/,
  },
  "a symbolic link": {
    entries: [DESCRIPTION, { path: `${TOP}/bin`, type: "SymbolicLink", linkpath: "/etc" }],
    why: /no links and no devices/,
  },
  "a hard link": {
    entries: [DESCRIPTION, { path: `${TOP}/shadow`, type: "Link", linkpath: "/etc/shadow" }],
    why: /no links and no devices/,
  },
  "a device": {
    entries: [DESCRIPTION, { path: `${TOP}/null`, type: "CharacterDevice" }],
    why: /no links and no devices|of a kind/,
  },
  "a pipe": { entries: [DESCRIPTION, { path: `${TOP}/pipe`, type: "FIFO" }], why: /no links and no devices|of a kind/ },
  "a second folder": { entries: [DESCRIPTION, { path: "other/file", text: "x" }], why: /lies outside its folder/ },
  "a file beside its folder": { entries: [DESCRIPTION, { path: "file", text: "x" }], why: /lies outside its folder/ },
  "the same name in other letters": {
    entries: [DESCRIPTION, { path: `${TOP}/Program.JSON`, text: "x" }],
    why: /in it twice/,
  },
  "no program.json": { entries: [{ path: `${TOP}/file`, text: "x" }], why: /no program\.json/ },
  "a program.json that describes nothing": {
    entries: [{ path: `${TOP}/program.json`, text: "{}" }],
    why: /no program\.json/,
  },
  "a program.json that tells another version than the folder": {
    entries: [{ path: "tillbridge-9.9.9/program.json", text: DESCRIPTION.text }],
    why: /the program in it says that it is 1\.1\.0/,
  },
  "a file that says it has 10 GB": {
    entries: [DESCRIPTION, { path: `${TOP}/bomb`, size: 10 * 1024 ** 3 }],
    why: /larger than a whole program/,
  },
  "more files than any program": {
    entries: [DESCRIPTION, ...Array.from({ length: 20_001 }, (_, n) => ({ path: `${TOP}/f${n}` }))],
    why: /more than 20000 files/,
  },
};

for (const [what, { entries, why }] of Object.entries(WRONG)) {
  test(`given a package with ${what}, when it is opened, then it is refused before anything is written`, async () => {
    await assert.rejects(openPackage(archive(entries), "p.tar.gz"), (error: unknown) => {
      assert.ok(error instanceof HomeFailure);
      assert.match(error.message, why);
      assert.match(error.message, /^p\.tar\.gz is no package of Tillbridge: .*Nothing was unpacked\.$/);
      return true;
    });
  });
}

test("given what is no archive, or a part of one, when it is opened, then it is refused with words", async () => {
  const whole = archive([DESCRIPTION, { path: `${TOP}/file`, text: "x".repeat(100_000) }]);
  const inputs = [
    Buffer.alloc(0),
    Buffer.from("no archive"),
    gzipSync("no archive".repeat(200)),
    whole.subarray(0, 90),
  ];
  for (const bytes of inputs) {
    await assert.rejects(openPackage(bytes, "p.tar.gz"), HomeFailure);
  }
});

test("given a few bytes that unpack to gigabytes, when they are opened, then that is noticed on the way", async () => {
  const member = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
  const bomb = Buffer.concat(Array.from({ length: 160 }, () => member));

  await assert.rejects(openPackage(bomb, "p.tar.gz"), HomeFailure);
});

function keys() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const x = publicKey.export({ format: "jwk" }).x ?? "";
  return { privateKey, updateKey: Buffer.from(x, "base64url").toString("base64") };
}

test("given a package that was signed, when it is read, then its bytes come only with the right signature and key", async (t) => {
  const folder = await temporary(t);
  const [ours, theirs] = [keys(), keys()];
  const file = join(folder, "p.tar.gz");
  const bytes = Buffer.from("the package");
  await writeFile(file, bytes);
  const signed = sign(null, bytes, ours.privateKey).toString("base64");

  await assert.rejects(readSigned(file, ours.updateKey), /There is no .*p\.tar\.gz\.sig/);
  await writeFile(`${file}.sig`, `${signed}\n`);
  assert.deepEqual(await readSigned(file, ours.updateKey), bytes);
  await assert.rejects(readSigned(file, theirs.updateKey), /not what was signed, or was signed by somebody else/);

  const wrong = {
    "": /holds no signature/,
    [signed.slice(0, 40)]: /holds no signature/,
    ["!".repeat(88)]: /holds no signature/,
    ["A".repeat(100_000)]: /far too long/,
    [sign(null, Buffer.from("another"), ours.privateKey).toString("base64")]: /not what was signed/,
  };
  for (const [text, why] of Object.entries(wrong)) {
    await writeFile(`${file}.sig`, text);
    await assert.rejects(readSigned(file, ours.updateKey), why);
  }
  await writeFile(`${file}.sig`, signed);
  await writeFile(file, "another package");
  await assert.rejects(readSigned(file, ours.updateKey), /not what was signed/);
});

test("given something else than a file, when it is read as a package, then that is said and nothing is waited for", async (t) => {
  const folder = await temporary(t);
  await mkdir(join(folder, "p.tar.gz"));
  await assert.rejects(readSigned(join(folder, "p.tar.gz"), keys().updateKey), /is no file|cannot be read/);
  await assert.rejects(readSigned("/dev/zero", keys().updateKey), /is no file/);
  assert.deepEqual(await readdir(join(folder, "p.tar.gz")), []);
});
