// needs: debootstrap, systemd-container, rpm, root
// The .rpm, put into a machine that is off and taken out of it again: its scripts are those of the .deb, called as rpm does.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import packageDescription from "../../../package.json" with { type: "json" };
import { lastFirst } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { until } from "../../support/until.ts";
import { packagesOf } from "./packages.ts";
import { bootShopPc } from "./shop-pc.ts";

const { version } = packageDescription;

test(
  "given an .rpm that was installed while a machine was off, when the machine starts, then the service is ready; when it is erased, then the data alone stays",
  { timeout: 280_000 },
  async (context) => {
    const ending = lastFirst(context);
    const { rpm } = packagesOf(version, freshFolder(ending), ["rpm"]);
    // What the package asks for are packages of Debian here, which rpm does not know of.
    const manage = (root: string, ...args: readonly string[]) =>
      execFileSync("rpm", ["--root", root, "--nodeps", ...args], { stdio: ["ignore", "ignore", "pipe"] });
    const pc = await bootShopPc(ending, (root) => void manage(root, "--install", rpm));
    const path = (name: string) => join(pc.root, name);

    await until(async () => (await pc.tries("systemctl is-active tillbridge")).output === "active\n");
    assert.equal(await pc.says("tillbridge --version"), `${version}\n`);
    assert.equal(await pc.says("stat --format %U /var/lib/tillbridge"), "tillbridge\n");

    await pc.says("systemctl stop tillbridge");
    manage(pc.root, "--erase", "tillbridge");

    assert.ok(!existsSync(path("opt/tillbridge")));
    assert.ok(!existsSync(path("usr/lib/systemd/system/tillbridge.service")));
    assert.ok(existsSync(path("var/lib/tillbridge/journal.db")));
    assert.match(readFileSync(path("etc/passwd"), "utf8"), /^tillbridge:/m);
  },
);
