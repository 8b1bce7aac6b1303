import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChildProgram } from "../support/child-program.ts";
import { lastFirst, type Ending } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";
import type { Machine } from "./network-namespaces.ts";

/** Debian's own mDNS on a machine. It was written by others: what it understands is not our reading of the RFC alone. */
export type Avahi = {
  /** Resolves when it is announced. */
  publish(name: string, type: string, port: number, ...txt: readonly string[]): Promise<ChildProgram>;
  /** Lines of `avahi-browse` as they come: `+` appeared, `=` resolved, `-` gone. */
  browse(type: string): ChildProgram;
};

/** Everybody on this bus may do everything: nobody else knows it. */
const busConfiguration = (
  socket: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

const configuration = (host: string) => `[server]
host-name=${host}
use-ipv4=yes
use-ipv6=no
[publish]
publish-workstation=no
`;

export async function startAvahi(whole: Ending, machine: Machine, host: string): Promise<Avahi> {
  const ending = lastFirst(whole);
  const folder = freshFolder(ending);
  const [bus, avahi] = [join(folder, "bus.conf"), join(folder, "avahi.conf")];
  writeFileSync(bus, busConfiguration(join(folder, "bus")));
  writeFileSync(avahi, configuration(host));
  const dbus = machine.start(["dbus-daemon", "--nofork", "--nopidfile", "--print-address", `--config-file=${bus}`]);
  const environment = { DBUS_SYSTEM_BUS_ADDRESS: await dbus.nextLine() };
  // Its process id and its socket have one place on a machine, and these machines share a disk: this one sees a /run of its own.
  const ownRun = "mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && exec avahi-daemon";
  const daemon = machine.start(["sh", "-c", `${ownRun} --no-drop-root --no-rlimits -f ${avahi}`], environment);
  await daemon.said(/Server startup complete/);
  return {
    publish: async (name, type, port, ...txt) => {
      const publishing = machine.start(["avahi-publish", "-s", name, type, String(port), ...txt], environment);
      await publishing.said(/Established under name/);
      return publishing;
    },
    browse: (type) => machine.start(["stdbuf", "-oL", "avahi-browse", "-rp", type], environment),
  };
}
