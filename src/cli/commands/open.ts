import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { askDaemon } from "../with-session.ts";

/** This machine, as far as a browser can be opened on it. */
export type Desktop = {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** The text of `/etc/passwd`. */
  readonly users: () => string;
  readonly isThere: (path: string) => boolean;
  /** Runs a program beside this one. Answers whether it did not fail at once. */
  readonly begin: (program: string, args: readonly string[], as?: Person) => Promise<boolean>;
};

/** Whose screen it is, where root opens the page for somebody who said `sudo`. */
export type Person = { readonly uid: number; readonly gid: number; readonly environment: Desktop["environment"] };

/** Opens the technician's page, logged in; where there is no screen, says where it is. */
export function openCommand(desktop: Desktop): Command {
  return async (call) => {
    const login = await askDaemon(call, "page.login", {});
    const { url, expiresAt } = login;
    if (!OWN_ADDRESS.test(url))
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
    if (why === undefined && (await desktop.begin(...browserOf(desktop.platform, url), person))) {
      call.out.note("The technician's page opens in your browser. If it does not: `tillbridge open --print`.");
      return EXIT.done;
    }
    call.out.note(
      `${why ?? "No browser could be opened."} Open this address on this machine, within one minute; it is good once:`,
    );
    return show();
  };
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
 * hyphens and underscores alone, so a shell finds nothing in it.
 */
const OWN_ADDRESS = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?\/#login=[A-Za-z0-9_-]{1,128}$/;

function browserOf(platform: NodeJS.Platform, url: string): readonly [program: string, args: readonly string[]] {
  return platform === "win32" ? ["cmd.exe", ["/d", "/c", "start", "", url]] : ["xdg-open", [url]];
}

const FAILS_WITHIN_MS = 1_500;

export const open = openCommand({
  platform: process.platform,
  environment: process.env,
  isRoot: process.getuid?.() === 0,
  users: () => readFileSync("/etc/passwd", "utf8"),
  isThere: existsSync,
  begin: (program, args, person) =>
    new Promise((resolve) => {
      const as =
        person === undefined ? {} : { uid: person.uid, gid: person.gid, cwd: "/", env: { ...person.environment } };
      const child = spawn(program, args, { detached: true, stdio: "ignore", windowsHide: true, ...as });
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
});
