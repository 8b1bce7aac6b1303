// Somebody in the network who says what he likes when terminals are asked for. Told on standard output: `listening`, and `said COUNT` each time that he
// was asked and has answered.
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { a, answer, ptr, service, srv, txt } from "../discovery/peer.ts";

const HTTP = "_http._tcp";
const GROUP = "224.0.0.251";
const PORT = 5353;
const MARK = "PoyntPOSConnector";

const [manner = "", address = "", ...others] = process.argv.slice(2);
/** As whom he speaks, in turn. */
const faces = others.length === 0 ? [address] : others;

/** What is no terminal, and what is one in a way that nobody expects. */
const oddities: () => readonly Buffer[] = () => [
  named(`${MARK} \u001b[2J\u0007\n\r`, 7_001),
  named(`${MARK} \u0000 and more`, 7_002),
  named(`${MARK} 🦊🦊`, 7_003),
  named(MARK.padEnd(63, "x"), 7_004),
  named(`${MARK} ${"y".repeat(40)}.${"z".repeat(63)}.${"w".repeat(63)}`, 7_005),
  named(`${MARK} at no port`, 0),
  named(`${MARK} at the last port`, 65_535),
  at("at a resolver", "8.8.8.8"),
  at("at the loopback", "127.0.0.1"),
  at("at a group", "224.0.0.1"),
  at("at everybody", "255.255.255.255"),
  at("at nobody", "0.0.0.0"),
  named(
    `${MARK} with a long text`,
    7_006,
    [...Array(235).keys()].map((index) => `${index}=${"t".repeat(250)}`),
  ),
  namesThatLoop(),
  ...[...Array(64).keys()].map((length) => service(HTTP, `${MARK} cut`, 1, address).subarray(0, length)),
];

/** Ten thousand terminals, in as many datagrams as a network takes for them. */
function crowd(name: string): readonly Buffer[] {
  return [...Array(1_000).keys()].map((packet) => {
    const records = [...Array(10).keys()].flatMap((index) => {
      const instance = `${name} ${packet * 10 + index}`;
      return [ptr(HTTP, instance), srv(HTTP, instance, `host${packet}.local`, 7_000 + index)];
    });
    return answer(...records, a(`host${packet}.local`, address));
  });
}

/** Datagrams as long as is allowed, whose every record has a name that is as long as is allowed: 3 MB of them. */
function toil(): readonly Buffer[] {
  const labels = Buffer.concat([...Array<Buffer>(120).fill(Buffer.from([1, 0x61])), Buffer.from([0])]);
  const first = Buffer.concat([labels, Buffer.from([0, 16, 0, 1, 0, 0, 0, 9, 0, 0])]);
  const other = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, 0]);
  const others = Math.floor((8_950 - first.length) / other.length);
  const message = answer(first, ...Array<Buffer>(others).fill(other));
  return Array<Buffer>(340).fill(message);
}

const manners: Readonly<Record<string, () => readonly Buffer[]>> = {
  oddities,
  toil,
  printers: () => crowd("Laser printer"),
  terminals: () => crowd(MARK),
  silence: () => [],
  outside: () => [service(HTTP, `${MARK} from outside`, 7_000, address)],
};

function named(instance: string, port: number, entries: readonly string[] = []): Buffer {
  const host = `stranger${port}.local`;
  return answer(ptr(HTTP, instance), srv(HTTP, instance, host, port), txt(HTTP, instance, entries), a(host, address));
}

function at(where: string, elsewhere: string): Buffer {
  return service(HTTP, `${MARK} ${where}`, 7_000, elsewhere);
}

function namesThatLoop(): Buffer {
  return answer(Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 9, 0, 2, 0xc0, 12]));
}

async function socketAt(own: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.bind(port, own);
  await once(socket, "listening");
  socket.setMulticastInterface(address);
  socket.setMulticastTTL(255);
  return socket;
}

const messages = manners[manner]?.() ?? [];
const ear = await socketAt("0.0.0.0", PORT);
ear.addMembership(GROUP, address);
const mouths = await Promise.all(faces.map((face) => socketAt(face, PORT)));
ear.on("message", (bytes) => {
  const isQuestion = ((bytes[2] ?? 0) & 0x80) === 0;
  if (isQuestion && bytes.includes("_http")) void sayAll();
});
console.log("listening");

async function sayAll(): Promise<void> {
  await Promise.all(
    messages.map(
      (message, index) =>
        new Promise<void>((resolve) => {
          mouths[index % mouths.length]?.send(message, PORT, GROUP, () => resolve());
        }),
    ),
  );
  console.log(`said ${messages.length}`);
}
