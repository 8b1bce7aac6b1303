/**
 * Runs in the guest, in a process of its own: a terminal with Android, by FunctionFS. By itself it knows Android Open Accessory;
 * as an accessory it gives back what it gets. Ended with SIGKILL, since its threads wait for the bus.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, openSync, read, readSync, write, writeSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import { promisify } from "node:util";
import type { FunctionSaid } from "./android.ts";

/** Of Linux: include/uapi/linux/usb/functionfs.h. */
const DESCRIPTORS_MAGIC = 3;
const STRINGS_MAGIC = 2;
const HAS_FULL_AND_HIGH_SPEED = 1 | 2;
const ALL_CONTROL_RECIPIENTS = 64;
const EVENT_BYTES = 12;
const SETUP_EVENT = 4;
const US_ENGLISH = 0x409;

/** As Android reads what is sent to an accessory: until this is full, or a packet is short. */
const READ_BYTES = 16_384;
const PROTOCOL_VERSION = 2;

const [readFrom, writeTo] = [promisify(read), promisify(write)];

function say(said: FunctionSaid): void {
  process.send?.(said);
}

function numbers(size: 2 | 4, ...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(size * values.length);
  for (const [index, value] of values.entries()) buffer.writeUIntLE(value, index * size, size);
  return buffer;
}

function bulkEndpoint(address: number, packetBytes: number): Buffer {
  return Buffer.concat([Buffer.from([7, 5, address, 2]), numbers(2, packetBytes), Buffer.from([0])]);
}

/** An interface of the vendor's own with a bulk endpoint each way. */
function interfaceOf(packetBytes: number): Buffer {
  const header = Buffer.from([9, 4, 0, 0, 2, 255, 255, 0, 1]);
  return Buffer.concat([header, bulkEndpoint(0x81, packetBytes), bulkEndpoint(0x02, packetBytes)]);
}

/** Mounts the function and describes it to the kernel: from then on it can be plugged. */
function describe(name: string): { readonly folder: string; readonly control: number } {
  const folder = `/tmp/function-${name}`;
  mkdirSync(folder);
  execFileSync("mount", ["-t", "functionfs", name, folder]);
  const descriptors = Buffer.concat([numbers(4, 3, 3), interfaceOf(64), interfaceOf(512)]);
  const texts = Buffer.concat([numbers(4, 1, 1), numbers(2, US_ENGLISH), Buffer.from("accessory\0")]);
  const control = openSync(`${folder}/ep0`, "r+");
  const flags = HAS_FULL_AND_HIGH_SPEED | ALL_CONTROL_RECIPIENTS;
  writeSync(control, Buffer.concat([numbers(4, DESCRIPTORS_MAGIC, 12 + descriptors.length, flags), descriptors]));
  writeSync(control, Buffer.concat([numbers(4, STRINGS_MAGIC, 8 + texts.length), texts]));
  return { folder, control };
}

async function answerRequests(control: number): Promise<void> {
  for (;;) {
    const event = Buffer.alloc(EVENT_BYTES);
    await readFrom(control, event, 0, EVENT_BYTES, null);
    if (event[8] === SETUP_EVENT) answerRequest(control, event);
  }
}

function answerRequest(control: number, setup: Buffer): void {
  const [request, index, byteCount] = [setup[1], setup.readUInt16LE(4), setup.readUInt16LE(6)];
  try {
    if (request === 51) {
      writeSync(control, numbers(2, PROTOCOL_VERSION));
      return;
    }
    // Without room for a byte Node would not read at all, and reading is what takes the request.
    const bytes = Buffer.alloc(Math.max(1, byteCount));
    const text = bytes.toString("utf8", 0, readSync(control, bytes, 0, bytes.length, null));
    if (request === 52) say({ kind: "told", index, text });
    if (request === 53) say({ kind: "started" });
  } catch {
    // Whoever asked has given up or unplugged it.
  }
}

async function giveBack(folder: string): Promise<void> {
  const [into, out] = [openSync(`${folder}/ep1`, "w"), openSync(`${folder}/ep2`, "r")];
  const bytes = Buffer.alloc(READ_BYTES);
  for (;;) {
    try {
      const { bytesRead } = await readFrom(out, bytes, 0, READ_BYTES, null);
      await writeTo(into, bytes, 0, bytesRead, null);
    } catch {
      await pass(20); // it was unplugged: it reads again when it is plugged
    }
  }
}

/** As fast as the bus takes it. */
async function flood(folder: string): Promise<void> {
  const into = openSync(`${folder}/ep1`, "w");
  const garbage = randomBytes(READ_BYTES);
  for (;;) {
    try {
      await writeTo(into, garbage, 0, READ_BYTES, null);
    } catch {
      await pass(20);
    }
  }
}

const [terminalName = "", accessoryName = "", does] = process.argv.slice(2);
const terminal = describe(terminalName);
const accessory = describe(accessoryName);
say({ kind: "ready" });
await Promise.all([
  answerRequests(terminal.control),
  answerRequests(accessory.control),
  giveBack(accessory.folder),
  ...(does === "floods" ? [flood(terminal.folder)] : []),
]);
