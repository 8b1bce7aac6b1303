import { spawn } from "node:child_process";
import type { Command } from "../call.ts";
import { EXIT } from "../exit.ts";
import { askDaemon } from "../with-session.ts";

/** This machine, as far as a browser can be opened on it. */
export type Desktop = {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Runs a program beside this one. Answers whether it did not fail at once. */
  readonly begin: (program: string, args: readonly string[]) => Promise<boolean>;
};

/** Opens the technician's page, logged in; where there is no screen, says where it is. */
export function openCommand(desktop: Desktop): Command {
  return async (call) => {
    const login = await askDaemon(call, "page.login", {});
    const { url, expiresAt } = login;
    const show = () => {
      call.out.result({ url, expiresAt }, () => url);
      return EXIT.done;
    };
    if (call.flag("print") || call.out.json) return show();
    const why = whyNoBrowser(desktop);
    if (why === undefined && (await desktop.begin(...browserOf(desktop.platform, url)))) {
      call.out.note("The technician's page opens in your browser. If it does not: `tillbridge open --print`.");
      return EXIT.done;
    }
    call.out.note(
      `${why ?? "No browser could be opened."} Open this address on this machine, within one minute; it is good once:`,
    );
    return show();
  };
}

function whyNoBrowser({ platform, environment, isRoot }: Desktop): string | undefined {
  if (platform === "win32") return undefined;
  // Its files would be root's afterwards, and some browsers refuse to run.
  if (isRoot) return "No browser is opened as root.";
  const hasScreen = [environment["DISPLAY"], environment["WAYLAND_DISPLAY"]].some(
    (display) => display !== undefined && display !== "",
  );
  return hasScreen ? undefined : "There is no screen here.";
}

/** The code in the address has letters, digits, hyphens and underscores alone: a shell finds nothing in it. */
function browserOf(platform: NodeJS.Platform, url: string): readonly [program: string, args: readonly string[]] {
  return platform === "win32" ? ["cmd.exe", ["/d", "/c", "start", "", url]] : ["xdg-open", [url]];
}

const FAILS_WITHIN_MS = 1_500;

export const open = openCommand({
  platform: process.platform,
  environment: process.env,
  isRoot: process.getuid?.() === 0,
  begin: (program, args) =>
    new Promise((resolve) => {
      const child = spawn(program, args, { detached: true, stdio: "ignore", windowsHide: true });
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
