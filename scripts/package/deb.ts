import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  DESCRIPTION,
  MAINTAINER,
  maintainerScript,
  NAME,
  orderedVersion,
  settle,
  stage,
  SUMMARY,
  type LinuxPackage,
} from "./linux.ts";

const ARCHITECTURES = { x64: "amd64", arm64: "arm64" } as const;

/** Node and its native parts need the libraries; udev and systemd are what the package installs itself into. */
const DEPENDS = "libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8), libsystemd0, systemd (>= 247), udev, passwd";

/** How dpkg calls the scripts: `man 7 deb-preinst` and its neighbours. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  preinst: ['case "$1" in', "  install | upgrade)", "    refuse_older", "    keep_parts", "    ;;", "esac"],
  postinst: [
    'case "$1" in',
    "  configure) set_up ;;",
    "  # The removal was broken off, and the service was stopped for it.",
    "  abort-remove)",
    '    systemctl enable --quiet "$unit" || true',
    "    start_service",
    "    ;;",
    "esac",
  ],
  // Not for an upgrade: there the program that runs is the one that puts the new one in its place.
  prerm: ['case "$1" in', "  remove) before_removal ;;", "esac"],
  postrm: [
    'case "$1" in',
    "  remove) after_removal ;;",
    "  purge)",
    "    after_removal",
    "    forget_everything",
    "    ;;",
    "esac",
  ],
};

/** Makes the .deb of one program folder, and returns its path. */
export async function makeDeb(described: LinuxPackage, out: string, work: string): Promise<string> {
  const { version, cpu, sourceDate, compression } = described;
  const folder = join(work, "deb");
  await stage(described, folder);
  await addDebianDocuments(described, folder);
  const installedKilobytes = Math.ceil((await bytesIn(folder)) / 1_024);
  const control = join(folder, "DEBIAN");
  await mkdir(control);
  await writeFile(
    join(control, "control"),
    `Package: ${NAME}
Version: ${orderedVersion(version)}
Architecture: ${ARCHITECTURES[cpu]}
Maintainer: ${MAINTAINER}
Installed-Size: ${installedKilobytes}
Depends: ${DEPENDS}
Section: misc
Priority: optional
Description: ${SUMMARY}
${DESCRIPTION.map((line) => ` ${line}\n`).join("")}`,
  );
  for (const [name, lines] of Object.entries(SCRIPTS)) {
    const script = await maintainerScript(version, lines);
    await writeFile(join(control, name), `#!/bin/sh\nset -e\n\n${script}`);
    await chmod(join(control, name), 0o755);
  }
  await settle(folder, sourceDate);
  const file = join(out, `${NAME}_${orderedVersion(version)}_${ARCHITECTURES[cpu]}.deb`);
  const packing = compression === "fast" ? ["-Zgzip", "-z1"] : ["-Zxz", "-z6"];
  execFileSync("dpkg-deb", ["--root-owner-group", ...packing, "--build", folder, file], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate.getTime() / 1_000) },
  });
  return file;
}

/** What lintian would find, and is meant so. */
const OVERRIDES = `# A program of a vendor, and not of Debian: it lies where those belong.
tillbridge: dir-or-file-in-opt *
# The Node that npm pins, with its parts: another one was not tested.
tillbridge: embedded-library *
tillbridge: unstripped-binary-or-object *
`;

async function addDebianDocuments({ version, sourceDate }: LinuxPackage, folder: string): Promise<void> {
  const changes = `${NAME} (${orderedVersion(version)}) stable; urgency=medium

  * CHANGELOG.md of the sources tells what changes.

 -- ${MAINTAINER}  ${sourceDate.toUTCString().replace("GMT", "+0000")}
`;
  await writeFile(join(folder, "usr/share/doc/tillbridge/changelog.gz"), gzipSync(changes, { level: 9 }));
  await writeFile(
    join(folder, "usr/share/doc/tillbridge/copyright"),
    `Copyright 2026 ${MAINTAINER.replace(/ <.*/, "")}

Licensed under the Apache License, Version 2.0. On Debian systems its text is in
/usr/share/common-licenses/Apache-2.0. The licences of the parts inside are in
/opt/tillbridge/package/tillbridge-${version}/licences.txt.
`,
  );
  await mkdir(join(folder, "usr/share/lintian/overrides"), { recursive: true });
  await writeFile(join(folder, "usr/share/lintian/overrides/tillbridge"), OVERRIDES);
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
