import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Target } from "../../scripts/fuzz/target.ts";
import { descriptorText } from "../../src/discovery/descriptor-text.ts";
import { isOfInterest, matchOf, typesOf, usbMatchOf } from "../../src/discovery/fingerprints.ts";
import { openMdns } from "../../src/discovery/mdns.ts";
import { AnnouncedServices, type MdnsRecord } from "../../src/discovery/records.ts";
import { usbIdentityOf } from "../../src/discovery/usb-identity.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { a, answer, LOOPBACK, ptr, question, service, srv, txt } from "../discovery/peer.ts";
import { textOf } from "./inputs.ts";

const CARD = { name: "lo", address: LOOPBACK, netmask: "255.0.0.0" };
const SENTINEL = "_sentinel._tcp";
const LONGEST_TEXT = 100;

/** Packets of anybody in the network to the ear for announcements, and texts that a device on USB says of itself. */
export async function discovery(): Promise<Target> {
  const known = vendors.map(({ id, fingerprints = [] }) => ({ id, fingerprints }));
  const types = typesOf(known);
  const socket = createSocket("udp4");
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  const port = await freePort();
  const opened = await openMdns({ card: CARD, port, maxBytes: Number.MAX_SAFE_INTEGER });
  assert(opened.kind === "open", opened.kind === "failed" ? opened.why : "");
  const { mdns } = opened;
  let heard: (records: readonly MdnsRecord[], speaker: string) => void = () => undefined;
  mdns.hearAnswers((records, speaker) => heard(records, speaker));
  mdns.hearQuestions((questions) => {
    for (const { name, type } of questions) assert(typeof name === "string" && typeof type === "string");
    return [];
  });
  const say = (bytes: Uint8Array) => new Promise((resolve) => socket.send(bytes, port, LOOPBACK, resolve));
  let sentinels = 0;
  return {
    seeds: [
      service("_http._tcp", "PoyntPOSConnector", 55_555),
      answer(
        ptr("_tillbridge._tcp", "counter-1"),
        srv("_tillbridge._tcp", "counter-1", "a.local", 7_000),
        a("a.local", LOOPBACK),
      ),
      answer(txt("_tillbridge._tcp", "counter-1", ["vendor=getnet", "link=tcp", "settings={}", "x"])),
      question("_http._tcp.local", "PTR"),
      Uint8Array.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]),
      new TextEncoder().encode("Ingenico\u202e \u0000 S/N 0001"),
    ].map((bytes) => new Uint8Array(bytes)),
    maxBytes: 9_000,
    run: async (input) => {
      const services = new AnnouncedServices(types, (instance) => isOfInterest(instance, known));
      const mark = `number ${(sentinels += 1)}`;
      const isOver = new Promise<void>((resolve) => {
        heard = (records, speaker) => {
          if (records.some(({ data }) => typeof data === "string" && data.startsWith(mark))) resolve();
          else services.add(records, speaker);
        };
      });
      await say(input);
      await say(answer(ptr(SENTINEL, mark)));
      await isOver;
      mdns.ask(services.questions());
      for (const seen of services.services()) matchOf(seen, seen.txt, known);
      assertDescriptor(textOf(input));
    },
  };

  function assertDescriptor(text: string): void {
    const shown = descriptorText(text);
    assert(shown.length <= LONGEST_TEXT && shown.isWellFormed(), "a text is not fit for people");
    assert.doesNotMatch(shown, /[\p{Cc}\p{Zl}\p{Zp}]/u, "control characters are left");
    const [first = 0, second = 0] = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    const usb = usbIdentityOf({
      vendorId: first,
      productId: second,
      serialNumber: text,
      manufacturer: text,
      product: text,
    });
    usbMatchOf(usb, known);
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.bind(0, "0.0.0.0");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
