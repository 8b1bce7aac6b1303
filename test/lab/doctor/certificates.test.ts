// needs: libfaketime
// Certificates that really ended, as time goes by, and a key that belongs to another one.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openAuthority } from "../../../src/home/certificate/authority.ts";
import { installCertificate } from "../../../src/home/certificate/install.ts";
import { openSecrets } from "../../../src/home/secrets.ts";
import { fakeClock } from "../faked-clock.ts";
import { doctorOf, homeOf } from "./doctor-run.ts";

const DAY_MS = 86_400_000;
const YEAR_SECONDS = 365 * 86_400;
const NAME = "till.example.com";
const LAN = {
  server: {
    port: 0,
    lan: { host: "127.0.0.1", port: 0, names: [NAME], certificate: { secret: "lan-crt" }, key: { secret: "lan-key" } },
  },
};

test("our own certificate, and one that was given: well today, ended in eleven years, and with somebody else's key", async (t) => {
  const { environment, set } = fakeClock(t);
  const home = homeOf(t, LAN);
  const data = join(home, "data");
  const nowMs = Date.now();
  await installCertificate(data, { names: [], machine: "shop", nowMs });
  const validity = { notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + 80 * DAY_MS };
  const authority = await openAuthority({ commonName: "Acme", names: [NAME], validity });
  const [own, other] = [await authority.sign([NAME], validity), await authority.sign([NAME], validity)];
  const secrets = openSecrets(data);
  await secrets.set("lan-crt", own.certificate);
  await secrets.set("lan-key", own.key);
  const today = await doctorOf(t, home, environment);
  set(11 * YEAR_SECONDS);
  const later = await doctorOf(t, home, environment);
  set(0);
  await secrets.set("lan-key", other.key);

  const mistaken = await doctorOf(t, home, environment);

  for (const id of ["certificate.wss", "certificate.lan"]) {
    assert.equal(today.check(id).verdict, "ok", today.check(id).evidence);
    const { verdict, evidence, remedy } = later.check(id);
    assert.deepEqual([verdict, /ended at 20\d\d-/.test(evidence)], ["fault", true], evidence);
    assert.ok(remedy !== undefined);
  }
  const { verdict, evidence, remedy } = mistaken.check("certificate.lan");
  assert.deepEqual(
    [verdict, evidence.includes("lan-key is of another certificate than lan-crt")],
    ["fault", true],
    evidence,
  );
  assert.match(remedy ?? "", /secret set lan-key/);
});
