/** `tillbridge browser`: lets web pages reach this machine although they come from the internet, without a question to the user. */
import { isLoopback } from "../../core/loopback.ts";
import { readConfig } from "../../home/config.ts";
import { readIfThere } from "../../home/store.ts";
import { PlaceFailure, type BrowserAccess, type Change } from "../browser/access.ts";
import { linuxBrowsers } from "../browser/linux.ts";
import { windowsBrowsers } from "../browser/windows.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { table } from "../table.ts";

/** As many as the daemon lets in. */
const MAX_ORIGINS = 64;

export const allow: Command = async (call) => {
  const configured = await configuredOrigins(call);
  const named = call.arguments.map(originOf);
  const wanted = named.length === 0 ? configured : named;
  if (wanted.length === 0) {
    throw wrongUsage(
      "Name the origin of the page, as `tillbridge browser allow https://pos.example.com`: server.allowedOrigins in the configuration is empty.",
    );
  }
  const access = browsersOf();
  const origins = [...new Set([...(await access.origins()), ...wanted])].filter((origin) => !isOfThisMachine(origin));
  if (origins.length > MAX_ORIGINS) throw wrongUsage(`At most ${MAX_ORIGINS} origins can be allowed.`);
  const done = await carryOut(call, access, origins, `allow ${wanted.join(" ")}`);
  for (const origin of wanted) {
    if (isOfThisMachine(origin)) call.out.note(`${origin} needs no permission: it is a page of this machine.`);
    else if (origin.startsWith("http:"))
      call.out.note(`Browsers never let ${origin} in: it is not encrypted. Use https.`);
  }
  const strange = wanted.filter((origin) => !configured.includes(origin));
  if (strange.length > 0) {
    const list = JSON.stringify([...configured, ...strange]);
    call.out.note(
      `The service itself does not let in ${strange.join(", ")} yet: \`tillbridge config set server.allowedOrigins '${list}'\`, then start it again.`,
    );
  }
  return done;
};

export const remove: Command = async (call) => {
  const named = call.arguments.map(originOf);
  const access = browsersOf();
  const rest = named.length === 0 ? [] : (await access.origins()).filter((origin) => !named.includes(origin));
  return carryOut(call, access, rest, ["remove", ...named].join(" "));
};

export const status: Command = async (call) => {
  const places = await orFail(browsersOf().places());
  call.out.result({ browsers: places }, () =>
    table(
      ["BROWSER", "PAGES THAT MAY REACH THIS MACHINE", "WHERE IT IS WRITTEN"],
      places.map(({ browser, allowed, where }) => [browser, allowed.join(" ") || "none by Tillbridge", where]),
    ),
  );
  return EXIT.done;
};

function browsersOf(): BrowserAccess {
  if (process.platform === "win32") return windowsBrowsers();
  if (process.platform === "linux") return linuxBrowsers();
  throw new CommandFailure(
    EXIT.refused,
    `On ${process.platform} Tillbridge does not know where browsers keep their policies: allow the page in the browser itself.`,
  );
}

async function carryOut(call: Call, access: BrowserAccess, origins: readonly string[], words: string): Promise<number> {
  const changes = await orFail(access.changesTo(origins));
  const told = changes.map(({ browser, where, text }) => ({ browser, where, text: text ?? null }));
  if (call.flag("dry-run")) {
    call.out.result({ done: false, changes: told }, () => changes.map(preview).join("\n") || "Nothing would change.");
    return EXIT.done;
  }
  if (changes.length > 0 && process.platform === "linux" && process.getuid?.() !== 0) {
    throw new CommandFailure(
      EXIT.refused,
      `Only root may say what browsers of this machine allow. Say \`sudo tillbridge browser ${words}\`; with --dry-run it shows what would be written.`,
    );
  }
  for (const change of changes) await orFail(change.apply());
  call.out.result({ done: true, changes: told }, () =>
    changes.length === 0 ? "Everything is so already." : [...changes.map(line), RESTART].join("\n"),
  );
  return EXIT.done;
}

const RESTART = "Browsers that are open read it within minutes; Firefox when it is started again.";

function line({ browser, where, text }: Change): string {
  return `${browser}: ${where} ${text === undefined ? "removed" : "written"}`;
}

function preview({ where, text }: Change): string {
  return text === undefined ? `${where} would go away.\n` : `${where} would be:\n${text}`;
}

async function orFail<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PlaceFailure) throw new CommandFailure(EXIT.refused, error.message);
    if (error instanceof Error && "code" in error && "path" in error) {
      throw new CommandFailure(
        EXIT.refused,
        `${String(error.path)} cannot be used: the system says ${String(error.code)}.`,
      );
    }
    throw error;
  }
}

/** Browsers ask nobody where a page of this machine reaches this machine, and want no https of it. */
function isOfThisMachine(origin: string): boolean {
  const { hostname } = new URL(origin);
  return isLoopback(hostname) || hostname.endsWith(".localhost");
}

async function configuredOrigins({ home }: Call): Promise<readonly string[]> {
  const read = readConfig((await readIfThere(home.configFile)) ?? "{}", () => []);
  return read.kind === "valid" ? read.config.server.allowedOrigins : [];
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  // A pattern with a star, or more than the origin, would let in more than is meant.
  if (isWeb && url.origin === text.toLowerCase() && !/[*?#\s]/.test(text)) return url.origin;
  throw wrongUsage(
    `${text} is no origin of a page: write it as https://pos.example.com, without a path and without stars.`,
  );
}
