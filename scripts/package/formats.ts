import { makeDeb } from "./deb.ts";
import type { Compression } from "./linux.ts";
import { makeMsi, MSI_TOOLS } from "./msi.ts";
import { makeRpm } from "./rpm.ts";

/** What one installer is to be made of. */
type Order = {
  readonly platform: string;
  readonly version: string;
  /** As `npm run build` made it. */
  readonly program: string;
  readonly sourceDate: Date;
  readonly compression: Compression;
  /** Where the installer goes. */
  readonly out: string;
  /** An empty folder, which is removed. */
  readonly work: string;
};

export type Format = {
  readonly name: "deb" | "rpm" | "msi";
  /** By the names of `npm run build`. */
  readonly platforms: Readonly<Record<string, "x64" | "arm64">>;
  /** Programs of this machine, without which none is made. */
  readonly tools: readonly string[];
  /** Returns the path of the installer. */
  make(order: Order): Promise<string>;
};

const LINUX = { "linux-x64": "x64", "linux-arm64": "arm64" } as const;

export const FORMATS: readonly Format[] = [
  {
    name: "deb",
    platforms: LINUX,
    tools: ["dpkg-deb"],
    make: (order) => makeDeb({ ...order, cpu: cpuOf(order) }, order.out, order.work),
  },
  {
    name: "rpm",
    platforms: LINUX,
    tools: ["rpmbuild"],
    make: (order) => makeRpm({ ...order, cpu: cpuOf(order) }, order.out, order.work),
  },
  {
    name: "msi",
    platforms: { "win-x64": "x64" },
    tools: MSI_TOOLS,
    make: (order) => makeMsi(order, order.out, order.work),
  },
];

function cpuOf({ platform }: Order): "x64" | "arm64" {
  return platform === "linux-arm64" ? "arm64" : "x64";
}
