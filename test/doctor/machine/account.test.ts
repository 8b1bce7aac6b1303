import assert from "node:assert/strict";
import { test } from "node:test";
import { accountInWords, mayReadAndWrite, readNames } from "../../../src/doctor/machine/account.ts";
import { words } from "../../../src/doctor/words/english/words.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { plant } from "./examined.ts";

test("an account has its own group and those that name it; one that no file names has a number", async (t) => {
  const root = freshFolder(t);
  plant(root, {
    "etc/passwd":
      "root:x:0:0:root:/root:/bin/sh\ntillbridge:x:990:985::/var/lib/tillbridge:/usr/sbin/nologin\nbroken\n",
    "etc/group": "root:x:0:\ndialout:x:20:maria,tillbridge\ntillbridge:x:985:\n",
  });

  const names = await readNames(root);
  const account = names.accountNamed("tillbridge");

  assert.deepEqual(account, { uid: 990, name: "tillbridge", groups: [985, 20] });
  assert.equal(accountInWords(account, names)(words), "tillbridge (groups tillbridge, dialout)");
  assert.equal(accountInWords(names.accountOf(4711), names)(words), "uid 4711");
  assert.equal(names.accountNamed("nobody"), undefined);
  assert.deepEqual([names.user(0), names.group(20), names.group(9)], ["root", "dialout", "gid 9"]);
});

test("rights are counted by owner, group and mode where another account is asked about", async (t) => {
  const folder = freshFolder(t);
  plant(folder, { file: "" });
  const { chmodSync, statSync } = await import("node:fs");
  const path = `${folder}/file`;
  const { uid, gid } = statSync(path);
  const stranger = { uid: uid + 1, name: "stranger", groups: [gid + 1] };
  const member = { ...stranger, groups: [gid] };
  const may = async (account: typeof stranger, mode: number) => {
    chmodSync(path, mode);
    return (await mayReadAndWrite(path, account)).kind;
  };

  assert.equal(await may(stranger, 0o660), "noRights");
  assert.equal(await may(stranger, 0o666), "usable");
  assert.equal(await may(member, 0o660), "usable");
  assert.equal(await may(member, 0o646), "noRights", "who is in the group has the rights of the group, and no others");
  assert.equal(await may(member, 0o640), "noRights");
});
