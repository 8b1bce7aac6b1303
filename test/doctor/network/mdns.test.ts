import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CardFacts, KnownCard } from "../../../src/doctor/network/cards.ts";
import { mdnsExaminations, wordOf } from "../../../src/doctor/network/mdns.ts";
import type { Mdns, OpenedMdns } from "../../../src/discovery/mdns.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { inEnglish } from "../told.ts";

type Heard = Parameters<Parameters<Mdns["hearQuestions"]>[0]>[0];

/** A network of which each socket hears what it lets through. */
function network({ questions = true, answers = true, others = 0, sendFailure = "" } = {}) {
  const askers: ((questions: Heard) => readonly { readonly name: string; readonly type: string }[])[] = [];
  const listeners: Parameters<Mdns["hearAnswers"]>[0][] = [];
  const closed: true[] = [];
  const mdns = (): Mdns => ({
    sendFailure: sendFailure === "" ? undefined : sendFailure,
    isFlooded: false,
    tooLoud: [],
    ask: (asked) => {
      const told = questions ? askers.flatMap((ask) => ask(asked)) : [];
      for (const listen of listeners) {
        if (answers && told.length > 0) listen(told, "192.168.1.5");
        for (let other = 0; other < others; other += 1)
          listen([{ type: "PTR", name: "x" }], `192.168.1.${100 + other}`);
      }
    },
    tell: () => Promise.resolve(),
    hearAnswers: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
    hearQuestions: (answer) => void askers.push(answer),
    [Symbol.asyncDispose]: async () => void closed.push(true),
  });
  return { open: (): Promise<OpenedMdns> => Promise.resolve({ kind: "open", mdns: mdns() }), closed };
}

const card = (
  name: string,
  address: string,
  facts: CardFacts = {},
  kind: KnownCard["kind"] = "ordinary",
): KnownCard => ({
  name,
  address,
  netmask: "255.255.255.0",
  kind,
  facts,
});
const ETH0 = card("eth0", "192.168.1.5");

async function examined(
  open: () => Promise<OpenedMdns>,
  cards: readonly KnownCard[] = [ETH0],
  platform: NodeJS.Platform = "linux",
) {
  const clock = createVirtualClock();
  const examinations = mdnsExaminations(cards, { open, clock, newWord: () => "abc", platform });
  const examining = Promise.all(examinations.map(({ examine }) => examine(new AbortController().signal)));
  await clock.advance(5_000);
  assert.equal(clock.pendingTimers(), 0);
  return inEnglish((await examining).flat()).map(
    ({ id, verdict, evidence, remedy }) => `${id} ${verdict}: ${evidence} → ${remedy}`,
  );
}

describe("a multicast question that we answer ourselves", () => {
  it("that comes back and is answered is well, and who else speaks is told; what was opened is closed", async () => {
    const { open, closed } = network({ others: 2 });
    assert.match((await examined(open))[0] ?? "", /^mdns\.eth0 ok: .*2 other machines answered as well/);
    assert.equal(closed.length, 2);
    assert.match((await examined(network().open))[0] ?? "", /No other machine said anything/);
  });

  it("that does not come back, or whose answer does not, is a fault with the port that has to be opened", async () => {
    assert.match(
      (await examined(network({ questions: false }).open))[0] ?? "",
      /fault: .*did not come back: something.*ufw allow 5353/,
    );
    assert.match(
      (await examined(network({ answers: false }).open))[0] ?? "",
      /fault: .*came back, and the answer to it did not/,
    );
    const windows = await examined(network({ questions: false }).open, [ETH0], "win32");
    assert.match(windows[0] ?? "", /netsh advfirewall/);
  });

  it("that the system does not let out, or has no route for, is a fault by its cause", async () => {
    const sendFailure = (text: string) => network({ questions: false, sendFailure: text }).open;
    assert.match(
      (await examined(sendFailure("send EPERM")))[0] ?? "",
      /fault: .*lets nothing out to multicast \(send EPERM\)/,
    );
    assert.match(
      (await examined(sendFailure("send ENETUNREACH")))[0] ?? "",
      /fault: .*no route.*ip route add 224\.0\.0\.0\/4 dev eth0/,
    );
  });

  it("that cannot be asked: another program has the port, the card went away, or nobody knows why", async () => {
    const failed = (why: string) => () => Promise.resolve({ kind: "failed", why } as const);
    assert.match(
      (await examined(failed("bind EADDRINUSE 0.0.0.0:5353")))[0] ?? "",
      /fault: .*another program has it for itself/,
    );
    assert.match((await examined(failed("addMembership ENODEV")))[0] ?? "", /warning: .*went away/);
    assert.match((await examined(failed("EMFILE")))[0] ?? "", /unknown: .*EMFILE/);
  });

  it("is not asked on a card without multicast, of containers, or of a VPN", async () => {
    const never = () => assert.fail("it was opened");
    assert.match(
      (await examined(never, [card("eth0", "192.168.1.5", { multicast: false })]))[0] ?? "",
      /fault: .*multicast on/,
    );
    assert.deepEqual(
      await examined(never, [card("docker0", "172.17.0.1", {}, "inner"), card("tun0", "10.8.0.2", {}, "tunnel")]),
      [],
    );
  });

  it("is asked once for each address of a card, and the worst counts", async () => {
    const good = network();
    const open = ({ address }: { readonly address: string }) =>
      address === "192.168.2.5" ? network({ questions: false }).open() : good.open();
    const clock = createVirtualClock();
    const [examination] = mdnsExaminations([ETH0, card("eth0", "192.168.2.5")], {
      open,
      clock,
      newWord: () => "abc",
      platform: "linux",
    });
    const examining = examination?.examine(new AbortController().signal);
    await clock.advance(5_000);
    const [check, ...more] = inEnglish((await examining) ?? []);
    assert.deepEqual(more, []);
    assert.equal(check?.verdict, "fault");
    assert.match(check.evidence, /192\.168\.2\.5: .*did not come back.*192\.168\.1\.5: a question of ours came back/);
  });

  it("cards of Windows have words for ids", () => {
    assert.deepEqual(["Ethernet 2", "WLAN", "eth0.10", "Conexión (1)"].map(wordOf), [
      "ethernet-2",
      "wlan",
      "eth0-10",
      "conexi-n-1",
    ]);
  });
});
