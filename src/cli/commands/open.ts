import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { win32 } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { writeLoginFile, type LoginFile } from "../login-file.ts";
import { withSession, type DaemonSession } from "../with-session.ts";

/** This machine, as far as a browser can be opened on it. */
export type Desktop = {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** The text of `/etc/passwd`. */
  readonly users: () => string;
  readonly isThere: (path: string) => boolean;
  /** Runs a program beside this one, in this folder. Answers whether it did not fail at once. */
  readonly begin: (program: string, args: readonly string[], folder: string, as?: Person) => Promise<boolean>;
  /** Writes a page that leads there, where that person's browser can read it; nothing where it cannot be written. */
  readonly write: (url: string, as?: Person) => LoginFile | undefined;
  readonly pause: (ms: number) => Promise<unknown>;
};

/** Whose screen it is, where root opens the page for somebody who said `sudo`. */
export type Person = { readonly uid: number; readonly gid: number; readonly environment: Desktop["environment"] };

/** Opens the technician's page, logged in; where there is no screen, says where it is. */
export function openCommand(desktop: Desktop): Command {
  return (call) =>
    withSession(call, async ({ ask }) => {
      const { url, expiresAt } = await ask("page.login", {});
      const code = OWN_ADDRESS.exec(url)?.[1];
      if (code === undefined)
        throw new CommandFailure(
          EXIT.refused,
          "What answers here names no address of the technician's page: nothing is opened.",
        );
      const show = () => {
        call.out.result({ url, expiresAt }, () => url);
        return EXIT.done;
      };
      if (call.flag("print") || call.out.json) return show();
      const person = desktop.isRoot ? personBehindSudo(desktop) : undefined;
      const why = whyNoBrowser(desktop, person);
      const file = why === undefined ? desktop.write(url, person) : undefined;
      try {
        if (file !== undefined && (await desktop.begin(...openerOf(desktop.platform, file), person))) {
          if ((await endOf(code, ask, desktop)) === "over")
            throw new CommandFailure(EXIT.refused, "No browser has opened the page. Try `tillbridge open --print`.");
          call.out.note("The technician's page is open in your browser.");
          return EXIT.done;
        }
      } finally {
        file?.remove();
      }
      const failed =
        file === undefined ? "No file could be written that a browser opens." : "No browser could be opened.";
      call.out.note(`${why ?? failed} Open this address on this machine, within one minute; it is good once:`);
      return show();
    });
}

const LOOK_EVERY_MS = 250;

/** Waits until the code was used, or is no longer good. */
async function endOf(code: string, ask: DaemonSession["ask"], desktop: Desktop): Promise<"used" | "over"> {
  for (;;) {
    const { state } = await ask("page.code", { code });
    if (state !== "waiting") return state;
    await desktop.pause(LOOK_EVERY_MS);
  }
}

function whyNoBrowser(desktop: Desktop, person: Person | undefined): string | undefined {
  if (desktop.platform === "win32") return undefined;
  // Its files would be root's afterwards, and some browsers refuse to run.
  if (desktop.isRoot && person === undefined) return "No browser is opened as root.";
  const environment = person?.environment ?? desktop.environment;
  const hasScreen = [environment["DISPLAY"], environment["WAYLAND_DISPLAY"]].some(
    (display) => display !== undefined && display !== "",
  );
  return hasScreen ? undefined : "There is no screen here.";
}

/** sudo takes away what a browser needs to find its user's session: it is put back, with that user's rights alone. */
function personBehindSudo({ environment, users, isThere }: Desktop): Person | undefined {
  const [uid, gid] = [Number(environment["SUDO_UID"]), Number(environment["SUDO_GID"])];
  if (!Number.isInteger(uid) || !Number.isInteger(gid) || uid <= 0) return undefined;
  const [name = "", , , , , home = ""] =
    users()
      .split("\n")
      .map((line) => line.split(":"))
      .find(([, , id]) => id === String(uid)) ?? [];
  if (home === "") return undefined;
  const runtime = `/run/user/${uid}`;
  const wayland = environment["WAYLAND_DISPLAY"] ?? (isThere(`${runtime}/wayland-0`) ? "wayland-0" : undefined);
  return {
    uid,
    gid,
    environment: {
      PATH: environment["PATH"],
      LANG: environment["LANG"],
      DISPLAY: environment["DISPLAY"],
      XAUTHORITY: environment["XAUTHORITY"],
      WAYLAND_DISPLAY: wayland,
      XDG_RUNTIME_DIR: runtime,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`,
      HOME: home,
      USER: name,
      LOGNAME: name,
    },
  };
}

/**
 * What else would say it is not our daemon, but whoever has the folder that was named with --home. In the code are letters, digits,
 * hyphens and underscores alone, so neither a shell nor a page finds anything in it.
 */
const OWN_ADDRESS = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?\/#login=([A-Za-z0-9_-]{1,128})$/;

type Opener = readonly [program: string, args: readonly string[], folder: string];

/** On Windows the file is named from the folder of its folder: in a user's name may stand what cmd takes for its own. */
function openerOf(platform: NodeJS.Platform, { path }: LoginFile): Opener {
  if (platform !== "win32") return ["xdg-open", [pathToFileURL(path).href], "/"];
  const [file, folder] = [win32.basename(path), win32.dirname(path)];
  return [
    "cmd.exe",
    ["/d", "/c", "start", "", `.\\${win32.basename(folder)}\\${file}`],
    // Not its own one, which could not be removed while the browser stands in it.
    win32.dirname(folder),
  ];
}

const FAILS_WITHIN_MS = 1_500;

export const open = openCommand({
  platform: process.platform,
  environment: process.env,
  isRoot: process.getuid?.() === 0,
  users: () => readFileSync("/etc/passwd", "utf8"),
  isThere: existsSync,
  begin: (program, args, folder, person) =>
    new Promise((resolve) => {
      const as = person === undefined ? {} : { uid: person.uid, gid: person.gid, env: { ...person.environment } };
      const child = spawn(program, args, { detached: true, stdio: "ignore", windowsHide: true, cwd: folder, ...as });
      const end = (isOpen: boolean) => {
        clearTimeout(limit);
        resolve(isOpen);
      };
      // It may stay for as long as the browser does.
      const limit = setTimeout(() => {
        child.unref();
        end(true);
      }, FAILS_WITHIN_MS);
      child.on("error", () => end(false));
      child.on("exit", (code) => end(code === 0));
    }),
  write: (url, person) => {
    // A user's own temporary folder on Windows is for that user alone.
    const parent = process.platform === "win32" ? tmpdir() : (person?.environment["HOME"] ?? homedir());
    try {
      return writeLoginFile(url, parent, person);
    } catch (error) {
      if (error instanceof Error && "code" in error) return undefined;
      throw error;
    }
  },
  pause,
});
