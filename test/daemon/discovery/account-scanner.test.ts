import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountScanner, type ListedAccount } from "../../../src/daemon/discovery/account-scanner.ts";
import { addCommand, missingSettings } from "../../../src/daemon/discovery/add-command.ts";
import type { Usability } from "../../../src/daemon/account/seat.ts";
import type { AccountTerminal, Vendor } from "../../../src/drivers/driver.ts";
import { mercadoPago } from "../../../src/drivers/mercado-pago/vendor.ts";

const DEVICE = "PAX_A910__SMARTPOS1234345545";
const LISTED: AccountTerminal = {
  device: DEVICE,
  name: "Counter 1",
  model: "PAX_A910",
  state: "takes orders",
  settings: { terminalId: DEVICE },
};
const BASE_URL = "https://api.mercadopago.com";
const SETTINGS = { currency: "BRL", accessToken: { secret: "mp-token" }, api: "orders", terminalId: "PAX_A910__1" };
const NEVER = new AbortController().signal;

type Wanted = {
  readonly listed?: readonly AccountTerminal[];
  readonly usability?: Usability;
  readonly baseUrl?: string;
  readonly vendor?: Vendor;
  readonly look?: () => Promise<void>;
};

/** An account that tells these terminals once it was asked. */
function account({
  listed = [LISTED],
  usability = { kind: "usable" },
  baseUrl = BASE_URL,
  vendor = mercadoPago,
  look = () => Promise.resolve(),
}: Wanted = {}) {
  let looks = 0;
  const own: ListedAccount = {
    vendor,
    settings: SETTINGS,
    link: { type: "cloud", baseUrl },
    account: {
      usability,
      get terminals() {
        return looks > 0 || usability.kind !== "usable" ? listed : [];
      },
      look: () => {
        looks += 1;
        return look();
      },
    },
  };
  return { own, looks: () => looks };
}

const scan = (...accounts: readonly ListedAccount[]) =>
  accountScanner(() => Promise.resolve(accounts)).scan(3_000, NEVER);

describe("the terminals of an account", () => {
  it("are seen as the vendor lists them now, with what adds one beside those that are configured", async () => {
    const { own, looks } = account();

    const { sightings, troubles } = await scan(own);

    assert.equal(looks(), 1);
    assert.deepEqual(troubles, []);
    assert.deepEqual(sightings, [
      {
        kind: "account",
        vendor: "mercado-pago",
        name: "Counter 1",
        device: DEVICE,
        model: "PAX_A910",
        state: "takes orders",
        why: "its account lists it",
        score: 100,
        simulated: false,
        link: { type: "cloud" },
        settings: { currency: "BRL", accessToken: { secret: "mp-token" }, terminalId: DEVICE },
      },
    ]);
    const { link, settings } = sightings[0] ?? {};
    assert.ok(link !== undefined && settings !== undefined);
    const addition = { terminal: "mercado-pago-1", vendor: "mercado-pago", link, settings };
    assert.equal(
      addCommand({ ...addition, missing: missingSettings(mercadoPago, settings) }, "posix"),
      "tillbridge terminals add mercado-pago-1 --vendor mercado-pago --cloud " +
        `--setting currency=BRL --secret-setting accessToken=mp-token --setting terminalId=${DEVICE}`,
    );
  });

  it("are at the servers at which the account is", async () => {
    const { sightings } = await scan(account({ baseUrl: "http://127.0.0.1:9100" }).own);

    assert.deepEqual(sightings[0]?.link, { type: "cloud", baseUrl: "http://127.0.0.1:9100" });
  });

  it("are known from before where it cannot be asked, and it is said why", async () => {
    const hindered = account({ usability: { kind: "hindered", why: "the token was refused. Store another one" } });
    const opening = account({ usability: { kind: "opening" }, listed: [] });

    const { sightings, troubles } = await scan(hindered.own, opening.own);

    assert.deepEqual([hindered.looks(), opening.looks()], [0, 0]);
    assert.deepEqual(
      sightings.map(({ device }) => device),
      [DEVICE],
    );
    assert.deepEqual(troubles, [
      {
        text: "The Mercado Pago Point account cannot be asked for its terminals: the token was refused. Store another one",
      },
      {
        text: "The Mercado Pago Point account cannot be asked for its terminals: it is being opened: look again in a moment",
      },
    ]);
  });

  it("are cut to what people read, and to a number that can be shown", async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      ...LISTED,
      device: `${DEVICE}${index}`,
      name: "n".repeat(1_000),
      state: "s".repeat(1_000),
    }));

    const { sightings, troubles } = await scan(account({ listed: many }).own);

    assert.equal(sightings.length, 256);
    assert.deepEqual([sightings[0]?.name.length, sightings[0]?.state.length], [64, 240]);
    assert.deepEqual(troubles, [{ text: "44 more terminals of accounts are not shown." }]);
  });

  it("are not asked for where the account is only looked into, beside terminals on the LAN", async () => {
    const beside = account({ vendor: { ...mercadoPago, links: ["http"] } });

    assert.deepEqual(await scan(beside.own), { sightings: [], troubles: [] });
    assert.equal(beside.looks(), 0);
  });

  it("are not waited for once nobody wants to know any more", async () => {
    const ending = new AbortController();
    const { own } = account({
      look: () => {
        setImmediate(() => ending.abort());
        return new Promise(() => undefined);
      },
    });

    const scanned = accountScanner(() => Promise.resolve([own])).scan(3_000, ending.signal);

    assert.equal((await scanned).sightings.length, 1);
  });
});
