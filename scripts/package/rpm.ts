import { execFileSync } from "node:child_process";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DESCRIPTION,
  LICENSE,
  maintainerScript,
  NAME,
  orderedVersion,
  OWN_FOLDERS,
  stage,
  SUMMARY,
  type LinuxPackage,
} from "./linux.ts";

const ARCHITECTURES = { x64: "x86_64", arm64: "aarch64" } as const;

/** Libraries by their own names: what the packages with them are called differs between Fedora and openSUSE. */
const REQUIRES = ["systemd >= 247", "libsystemd.so.0()(64bit)", "libstdc++.so.6()(64bit)", "coreutils"];

/** `$1` is how many versions of the package there will be when rpm has done its work: 0 means that it goes. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  pre: ["refuse_older", "keep_parts"],
  post: ["set_up"],
  preun: ['if [ "$1" -eq 0 ]; then before_removal; fi'],
  postun: ['if [ "$1" -eq 0 ]; then after_removal; fi'],
};

/** What rpmbuild would do to a program by itself: nothing of it is wanted, for the folder is as it has to be. */
const HANDS_OFF = [
  "%global debug_package %{nil}",
  "%global __os_install_post %{nil}",
  "%global _build_id_links none",
  "%global source_date_epoch_from_changelog 0",
  "%global use_source_date_epoch_as_buildtime 1",
  "%global clamp_mtime_to_source_date_epoch 1",
  "%global _buildhost localhost",
];

/** Makes the .rpm of one program folder, and returns its path. */
export async function makeRpm(described: LinuxPackage, out: string, work: string): Promise<string> {
  const { version, cpu, sourceDate, compression } = described;
  const architecture = ARCHITECTURES[cpu];
  const folder = join(work, "rpm-files");
  const buildRoot = join(work, "rpm-root");
  const made = join(work, "rpm-made");
  await mkdir(made, { recursive: true });
  await stage(described, folder);
  const scripts = await Promise.all(
    Object.entries(SCRIPTS).map(async ([name, lines]) => {
      const script = await maintainerScript(version, lines);
      // A percent sign begins a macro.
      return `%${name}\nset -e\n${script.replaceAll("%", "%%")}\n`;
    }),
  );
  const spec = `${HANDS_OFF.join("\n")}
%global _binary_payload ${compression === "fast" ? "w1.gzdio" : "w6.xzdio"}
Name: ${NAME}
Version: ${orderedVersion(version)}
Release: 1
Summary: ${SUMMARY.charAt(0).toUpperCase()}${SUMMARY.slice(1)}
License: ${LICENSE}
AutoReqProv: no
${REQUIRES.map((name) => `Requires: ${name}`).join("\n")}

%description
${DESCRIPTION.join("\n")}

%install
mkdir -p %{buildroot}
cp -a ${folder}/. %{buildroot}/

${scripts.join("\n")}
%files
${await filesOf(folder)}
`;
  const specFile = join(work, "tillbridge.spec");
  await writeFile(specFile, spec);
  execFileSync(
    "rpmbuild",
    [
      ...["-bb", "--quiet", "--target", architecture, "--buildroot", buildRoot],
      ...["--define", `_topdir ${work}`, "--define", `_rpmdir ${made}`, "--define", "_rpmfilename %{NAME}.rpm"],
      specFile,
    ],
    {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate.getTime() / 1_000) },
    },
  );
  const file = join(out, `${NAME}-${orderedVersion(version)}-1.${architecture}.rpm`);
  await rename(join(made, `${NAME}.rpm`), file);
  return file;
}

async function filesOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `/${join(entry.parentPath, entry.name).slice(folder.length + 1)}`)
    .filter((path) => !OWN_FOLDERS.some((own) => path.startsWith(`${own}/`)));
  return [...OWN_FOLDERS, ...files.sort()].map((path) => `%attr(-, root, root) ${path}`).join("\n");
}
