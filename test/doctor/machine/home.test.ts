import assert from "node:assert/strict";
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { homeExaminations } from "../../../src/doctor/machine/home.ts";
import { accountExamination } from "../../../src/doctor/machine/runs-as.ts";
import { resolveHome } from "../../../src/home/paths.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { checkOf, foundBy, plant } from "./examined.ts";

const elsewhere = process.platform === "win32" ? "Windows counts rights another way" : false;

describe("the folders of an installation", { skip: elsewhere }, () => {
  /** As the service makes them. */
  function home(t: TestContext) {
    const folder = freshFolder(t);
    const paths = resolveHome(folder, {}, "linux");
    plant(folder, { "config.json": "{}", "data/journal.db": "x", "data/admin.token": "x", "logs/tillbridge.log": "" });
    for (const name of ["data", "logs"]) chmodSync(join(folder, name), 0o700);
    chmodSync(join(folder, "config.json"), 0o600);
    const { uid, gid } = statSync(folder);
    return {
      folder,
      paths,
      mine: { uid, name: "me", groups: [gid] },
      other: { uid: uid + 1, name: "svc", groups: [1] },
    };
  }

  test("are well where they are the service's own and nobody else's", async (t) => {
    const { paths, mine } = home(t);

    const found = await foundBy(...homeExaminations(paths, mine));

    assert.deepEqual(
      found.map(({ id, verdict }) => [id, verdict]),
      [
        ["home.data", "ok"],
        ["home.logs", "ok"],
        ["home.secrets", "ok"],
        ["home.config", "ok"],
      ],
    );
  });

  test("are a fault where somebody else has them, and the owner is told", async (t) => {
    const { paths, other } = home(t);

    const found = await foundBy(...homeExaminations(paths, other));

    assert.deepEqual(
      found.map(({ verdict }) => verdict),
      ["fault", "fault", "fault", "fault"],
    );
    assert.match(found[0]?.evidence ?? "", /data belongs to .*, mode 700; the service runs as svc/);
    assert.match(found[0]?.remedy ?? "", /sudo chown --recursive svc: .*data`/);
    assert.match(found[2]?.evidence ?? "", /somebody else has: admin\.token \(.*\), journal\.db/);
  });

  test("are a fault where others may change what is in them", async (t) => {
    const { paths, mine } = home(t);
    chmodSync(paths.dataDirectory, 0o777);

    const check = await checkOf("home.data", homeExaminations(paths, mine));

    assert.equal(check.verdict, "fault");
    assert.match(check.remedy ?? "", /chmod go-w/);
  });

  test("are a fault where others can read a secret, but not where they cannot enter the folder", async (t) => {
    const { paths, mine } = home(t);
    chmodSync(join(paths.dataDirectory, "admin.token"), 0o644);
    const shielded = await checkOf("home.secrets", homeExaminations(paths, mine));
    chmodSync(paths.dataDirectory, 0o755);
    chmodSync(join(paths.dataDirectory, "journal.db"), 0o600);

    const open = await checkOf("home.secrets", homeExaminations(paths, mine));

    assert.deepEqual([shielded.verdict, open.verdict], ["ok", "fault"]);
    assert.match(open.evidence, /admin\.token \(mode 644\)\.$/);
  });

  test("are a fault where others may change the configuration, or put another one in its place", async (t) => {
    const { folder, paths, mine } = home(t);
    chmodSync(paths.configFile, 0o666);
    const file = await checkOf("home.config", homeExaminations(paths, mine));
    chmodSync(paths.configFile, 0o600);
    chmodSync(folder, 0o777);
    const above = await checkOf("home.config", homeExaminations(paths, mine));

    assert.deepEqual([file.verdict, above.verdict], ["fault", "fault"]);
    assert.match(file.evidence, /config\.json belongs to/);
    assert.doesNotMatch(above.evidence, /config\.json/);
  });

  test("are a warning where nothing has begun yet, and a fault where a file is in their place", async (t) => {
    const folder = freshFolder(t);
    const paths = resolveHome(folder, {}, "linux");
    const { uid } = statSync(folder);
    plant(folder, { logs: "" });

    const found = await foundBy(...homeExaminations(paths, { uid, name: "me", groups: [] }));

    assert.deepEqual(
      found.map(({ verdict }) => verdict),
      ["warning", "fault", "ok", "ok"],
    );
    mkdirSync(paths.dataDirectory);
  });
});

test("a service that runs as root is a warning, one with a user of its own is well", async () => {
  const as = async (uid: number, name: string) =>
    (await checkOf("service.account", [accountExamination({ uid, name, groups: [] })])).verdict;

  assert.equal(await as(0, "root"), "warning");
  assert.equal(await as(990, "tillbridge"), "ok");
});
