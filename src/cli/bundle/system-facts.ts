import { readFile, statfs } from "node:fs/promises";
import {
  arch,
  cpus,
  freemem,
  hostname,
  networkInterfaces,
  platform,
  release,
  totalmem,
  uptime,
  version,
} from "node:os";
import packageDescription from "../../../package.json" with { type: "json" };
import { ownProgramFolder } from "../../home/program/program.ts";
import { jsonItem, type Item } from "./item.ts";

export async function versionsItem(): Promise<Item> {
  const { node, v8, openssl, sqlite } = process.versions;
  return jsonItem("versions.json", "versions of Tillbridge, of its runtime and of the system", {
    tillbridge: packageDescription.version,
    program: ownProgramFolder(),
    runtime: { node, v8, openssl, sqlite },
    system: {
      platform: platform(),
      architecture: arch(),
      release: release(),
      version: version(),
      name: await osName(),
    },
  });
}

/** @param folders whose disks are looked at */
export async function systemItem(folders: readonly string[]): Promise<Item> {
  const now = new Date();
  const [processor] = cpus();
  return jsonItem(
    "system.json",
    "this machine: processor, memory, disks, network cards (without their numbers), clock",
    {
      name: hostname(),
      processors: cpus().length,
      ...(processor === undefined ? {} : { processor: processor.model.trim() }),
      memoryBytes: { total: totalmem(), free: freemem() },
      upSeconds: Math.round(uptime()),
      clock: {
        utc: now.toISOString(),
        local: now.toString(),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      },
      disks: Object.fromEntries(
        await Promise.all(folders.map(async (folder) => [folder, await diskOf(folder)] as const)),
      ),
      networkCards: cards(),
    },
  );
}

async function osName(): Promise<string | undefined> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^PRETTY_NAME="?([^"\n]{1,100})"?$/m.exec(text)?.[1];
}

async function diskOf(folder: string): Promise<object> {
  try {
    const { bsize, blocks, bavail } = await statfs(folder);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
  } catch (error) {
    return { error: error instanceof Error ? error.message : "unknown" };
  }
}

/** The hardware's own number says who it is; an address that is made of it (`ff:fe`) does too. */
function cards(): object {
  return Object.fromEntries(
    Object.entries(networkInterfaces()).map(([name, addresses = []]) => [
      name,
      addresses.map(({ address, family, netmask, internal }) => ({
        address: address.replace(/(?:[0-9a-f]{1,4}:)?[0-9a-f]{0,2}ff:fe[0-9a-f]{2}:[0-9a-f]{1,4}$/i, "[card]"),
        family,
        netmask,
        internal,
      })),
    ]),
  );
}
