import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountScanner } from "../../../src/daemon/discovery/account-scanner.ts";
import { viewsOf } from "../../../src/daemon/discovery/views.ts";
import { mercadoPago } from "../../../src/drivers/mercado-pago/vendor.ts";
import { World } from "../../support/world.ts";

const DEVICE = "NEWLAND_N950__SIM0000001";
const SETTINGS = { currency: "MXN", terminalId: DEVICE, accessToken: { secret: "mp" } };

const shop = (): World => new World({ vendor: mercadoPago, settings: SETTINGS, secrets: { mp: "A" }, scenario: {} });

describe("what a technician is told of an account", () => {
  it("is the address at which its vendor can call, with the terminals below it, the same after a restart", async () => {
    const world = shop();
    await world.startReady();

    const told = await world.till.terminals.callbacks();
    await world.crash();
    await world.startReady();
    const again = await world.till.terminals.callbacks();

    assert(told.kind === "done");
    const [address, ...more] = told.value;
    assert.deepEqual(more, []);
    assert.deepEqual([address?.vendor, address?.terminals], ["mercado-pago", ["counter-1"]]);
    assert.match(address?.url ?? "", /^https:\/\/callbacks\.test\/[A-Za-z0-9_-]{32}$/);
    assert.deepEqual(again, told);
  });

  it("is which terminals it has, and which of them is configured", async () => {
    const world = shop();
    await world.startReady();

    const scanning = accountScanner(() => world.till.accounts()).scan(3_000, new AbortController().signal);
    await world.clock.advance(1_000);
    const { sightings, troubles } = await scanning;

    assert.deepEqual(troubles, []);
    const seen = sightings.map(({ kind, device, state }) => [kind, device, state]);
    assert.deepEqual(seen, [["account", DEVICE, "takes orders"]]);
    const around = { listening: new Map<string, boolean>(), shell: "posix" } as const;
    const vendors = new Map([[mercadoPago.id, mercadoPago]]);
    const [known] = viewsOf(sightings, { ...around, vendors, terminals: world.till.terminals.list() });
    assert.equal(known?.terminal, "counter-1");
    const [stranger] = viewsOf(sightings, { ...around, vendors, terminals: [] });
    assert.match(
      stranger?.command ?? "",
      new RegExp(`--secret-setting accessToken=mp --setting terminalId=${DEVICE}$`),
    );
    assert.equal(stranger?.missing, undefined);
  });
});
