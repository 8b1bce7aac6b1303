// needs: libnss3-tools, ca-certificates, openssl, root
// Settings of the system that are really bad, and a browser that does not know us: a copy of this machine's /etc, /usr/sbin and /sys, in a mount namespace.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { freshFolder } from "../../support/home-folder.ts";
import { diagnosisIn, homeOf, LATE, MOST_ATTEMPTS, type Diagnosis } from "./doctor-run.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const RULE = fileURLToPath(new URL("../../../installers/linux/91-tillbridge.rules", import.meta.url));
const POS = "https://pos.example.com";
const USB = "/sys/bus/usb/devices/1-4";

/** What is written in these folders is seen by this script alone, and gone with it. */
const OWN_MACHINE = `
mount -t tmpfs tmpfs "$WORK"
for folder in etc usr/sbin usr/local; do
  mkdir -p "$WORK/$folder/upper" "$WORK/$folder/work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$WORK/$folder/upper,workdir=$WORK/$folder/work" "/$folder"
done
mount -t tmpfs tmpfs /home
mount -t tmpfs tmpfs /sys/bus
mkdir -p ${USB}/power
printf 'freeze mem' > "$WORK/state"
mount --bind "$WORK/state" /sys/power/state
`;

/** Settings with which terminals are lost, each of its own kind. */
const BAD = `
rm -f /etc/systemd/system/sleep.target /etc/udev/rules.d/91-tillbridge.rules
mkdir -p /etc/systemd
printf '[Login]\\nIdleAction=suspend\\n' > /etc/systemd/logind.conf
rm -f /etc/chromium/policies/managed/tillbridge.json
cp /bin/true /usr/sbin/ModemManager
printf '1234\\n' > ${USB}/idVendor; printf '5678\\n' > ${USB}/idProduct
printf '1\\n' > ${USB}/busnum; printf '4\\n' > ${USB}/devnum
printf 'auto\\n' > ${USB}/power/control
mount -t tmpfs -o size=1m,mode=770 tmpfs "$TILL/logs"
{ dd if=/dev/zero of="$TILL/logs/filler" bs=4096; } 2>/dev/null || true
`;

/** As the remedies say. */
const MENDED = `
ln -s /dev/null /etc/systemd/system/sleep.target
mkdir -p /etc/udev/rules.d && cp "$RULE" /etc/udev/rules.d/
echo on > ${USB}/power/control
rm "$TILL/logs/filler"; chmod go-w "$TILL/logs" "$TILL/config.json"
"$NODE" "$MAIN" browser allow "$POS" --home "$TILL" > /dev/null
"$NODE" "$MAIN" certificate install --home "$TILL" > /dev/null
`;

type Stage = { readonly name: string; readonly script: string };

/** What the doctor finds after each stage, one after the other on one machine. */
async function diagnoses(t: TestContext, till: string, home: string, stages: readonly Stage[]) {
  const doctor = `
for attempt in $(seq ${MOST_ATTEMPTS}); do
  "$NODE" "$MAIN" doctor --json --home "$TILL" > "$OUT" 2> "$OUT.err" && echo 0 > "$OUT.code" || echo $? > "$OUT.code"
  grep -q '${LATE}' "$OUT" || break
done`;
  const work = freshFolder(t);
  const out = freshFolder(t);
  const script = [OWN_MACHINE, ...stages.map(({ name, script: own }) => `${own}\nOUT='${join(out, name)}'\n${doctor}`)];
  const child = spawn("unshare", ["--mount", "sh", "-ec", script.join("\n")], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(tmpdir(), "tillbridge-test-code"),
      WORK: work,
      TILL: till,
      HOME: home,
      NODE: process.execPath,
      MAIN,
      RULE,
      POS,
    },
    stdio: ["ignore", "inherit", "pipe"],
  });
  t.after(() => void child.kill("SIGKILL"));
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close") as Promise<[number | null]>]);
  assert.equal(code, 0, stderr);
  const read = (name: string): string => readFileSync(join(out, name), "utf8");
  return (name: string): Diagnosis => diagnosisIn(Number(read(`${name}.code`)), read(name), read(`${name}.err`));
}

test("sleep, USB power, a program that opens what is plugged in, browsers, a log's full disk, others' rights: told, and well after the remedies", async (t) => {
  const till = homeOf(t, {
    server: { port: 0, allowedOrigins: [POS] },
    terminals: [
      { id: "usb", vendor: "getnet", link: { type: "usb", vendorId: "0x1234" }, settings: { currency: "CLP" } },
    ],
  });
  chmodSync(join(till, "config.json"), 0o666);
  const home = freshFolder(t);
  const profile = (name: string): string => {
    const folder = join(home, ".mozilla", "firefox", name);
    return `mkdir -p '${folder}'; certutil -N -d 'sql:${folder}' --empty-password`;
  };

  const found = await diagnoses(t, till, home, [
    { name: "bad", script: `${BAD}${profile("old.default")}` },
    { name: "mended", script: MENDED },
    // A browser that began after the certificate was installed.
    { name: "newBrowser", script: profile("new.default") },
  ]);

  const shown = (name: string) => (id: string) => {
    const { verdict, evidence, remedy } = found(name).check(id);
    return `${verdict}: ${evidence} → ${remedy ?? ""}`;
  };
  const bad = shown("bad");
  assert.match(bad("power.sleep"), /^warning: .*IdleAction=suspend.* → .*mask sleep\.target/);
  assert.match(bad("terminal.usb.usb-power"), /^warning: .*1-4\/power\/control: auto.* → `echo on \| sudo tee/);
  assert.match(bad("devices.rule"), /^warning: .*\/usr\/sbin\/ModemManager.* → .*91-tillbridge\.rules/);
  assert.match(
    bad("browser.policy"),
    /^warning: .*Chromium does not let in https:\/\/pos\.example\.com .* → .*browser allow/,
  );
  assert.match(bad("home.config"), /^fault: .*mode 666.* → .*chmod go-w/);
  assert.match(bad("home.logs"), /^fault: .*mode 770.* → `sudo chmod go-w/);
  assert.match(bad("disk.logs"), /^fault: 0 MB of 1 MB are free.* → /);
  assert.match(bad("service.account"), /^warning: .*root/);
  const mended = shown("mended");
  for (const id of [
    "power.sleep",
    "terminal.usb.usb-power",
    "devices.rule",
    "browser.policy",
    "home.config",
    "home.logs",
  ])
    assert.match(mended(id), /^ok: /);
  for (const id of ["certificate.wss", "certificate.trust"]) assert.match(mended(id), /^ok: /);
  assert.match(
    shown("newBrowser")("certificate.trust"),
    /^warning: .*not trusted by Firefox.* → .*certificate install/,
  );
});
