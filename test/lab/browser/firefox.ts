import { once } from "node:events";
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { lastFirst, type Ending } from "../../support/ending.ts";

export type FirefoxOptions = {
  /** Of its user; the profile is in it where Firefox looks for one, and is made at the first start. */
  readonly home: string;
  /** Wraps the call of the program: a view of the file system of its own. */
  readonly within: (program: string, ...args: readonly string[]) => readonly [string, ...string[]];
  /** `about:config` */
  readonly preferences?: Readonly<Record<string, string | number | boolean>>;
};

/** Debian's Firefox without a window, spoken to by WebDriver BiDi. */
export type Firefox = {
  /** In a container of its own where certificates of web sites are not looked at, as their test ones are nobody's. */
  newPage(certificates: "checked" | "unchecked"): Promise<FirefoxPage>;
  /** Ends when it has written down what it keeps. */
  close(): Promise<void>;
};

export type FirefoxPage = {
  /** Resolves when all of it is loaded; rejects with what the browser says where it is not shown. */
  goto(url: string): Promise<void>;
  /** The value of an expression in the page, which may be a promise of one; it goes through JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Resolves when an expression in the page is true; rejects with what is to be read there when it is not for long. */
  until(expression: string): Promise<void>;
  /** A real click into the middle of the element that an expression names, when it is there. */
  click(expression: string): Promise<void>;
  type(text: string): Promise<void>;
  /** PNG */
  picture(): Promise<Buffer>;
};

export const ENTER = "\uE007";
const PROFILE = ".mozilla/firefox/abcd1234.default";
const START_LIMIT_MS = 120_000;
const WAIT_LIMIT_MS = 60_000;

type Params = Readonly<Record<string, unknown>>;
type Answer = { readonly id?: number; readonly type: string; readonly result?: Params; readonly message?: string };
type Call = (method: string, params: Params) => Promise<Params>;

export async function openFirefox(whole: Ending, { home, within, preferences = {} }: FirefoxOptions): Promise<Firefox> {
  const ending = lastFirst(whole);
  const profile = join(home, PROFILE);
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const lines = Object.entries({ ...QUIET, ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const [program, ...args] = within(
    "firefox-esr",
    ...["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
  );
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: home } });
  const ended = once(child, "close");
  ending.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const socket = new WebSocket(`${await addressIn(child.stderr)}/session`);
  await once(socket, "open");
  const call = callsOver(socket);
  await call("session.new", { capabilities: {} });
  return {
    newPage: async (certificates) => {
      const container =
        certificates === "checked" ? {} : await call("browser.createUserContext", { acceptInsecureCerts: true });
      const { context } = await call("browsingContext.create", { type: "tab", ...container });
      return pageOf(call, String(context));
    },
    close: async () => {
      await call("browser.close", {});
      await ended;
    },
  };
}

/** It talks to nobody outside, and asks nothing of a person who is not there. */
const QUIET = {
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "intl.accept_languages": "en-US",
};

function addressIn(stderr: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    const told = (why: string) => () => {
      clearTimeout(limit);
      reject(new Error(`Firefox ${why}: ${text}`));
    };
    const limit = setTimeout(told("did not start in time"), START_LIMIT_MS);
    stderr.setEncoding("utf8");
    stderr.on("close", told("has ended"));
    stderr.on("data", (part: string) => {
      text += part;
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(text)?.[1];
      if (address === undefined) return;
      clearTimeout(limit);
      resolve(address);
    });
  });
}

function callsOver(socket: WebSocket): Call {
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.on("message", (data: Buffer) => {
    const answer = JSON.parse(data.toString("utf8")) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  socket.on("close", () => {
    for (const [id, answered] of waiting) answered({ id, type: "error", message: "Firefox has gone" });
  });
  return async (method, params) => {
    const id = (last += 1);
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    waiting.delete(id);
    if (answer.type === "error") throw new Error(`${method}: ${answer.message ?? "refused"}`);
    return answer.result ?? {};
  };
}

function pageOf(call: Call, context: string): FirefoxPage {
  const run = async (expression: string) => {
    const { result, exceptionDetails } = await call("script.evaluate", {
      expression,
      target: { context },
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(String((exceptionDetails as { text?: unknown }).text));
    return result as { readonly value?: unknown; readonly sharedId?: string };
  };
  const evaluate = async (expression: string) => {
    const { value } = await run(`(async () => JSON.stringify([await (${expression})]))()`);
    return (JSON.parse(String(value)) as readonly unknown[])[0];
  };
  const until = async (expression: string) => {
    const endMs = performance.now() + WAIT_LIMIT_MS;
    // While a page is being loaded there is nothing that could be asked.
    while ((await evaluate(`Boolean(${expression})`).catch(() => false)) !== true) {
      if (performance.now() > endMs)
        throw new Error(`Not so: ${expression}. To be read is: ${String(await evaluate("document.body.innerText"))}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const perform = (type: "key" | "pointer", actions: readonly Params[]) =>
    call("input.performActions", { context, actions: [{ type, id: type, actions }] });
  return {
    goto: async (url) => {
      await call("browsingContext.navigate", { context, url, wait: "complete" });
    },
    evaluate,
    until,
    click: async (expression) => {
      await until(expression);
      await run(`${expression}.scrollIntoView({ block: "center" })`);
      const { sharedId } = await run(expression);
      const origin = { type: "element", element: { sharedId } };
      await perform("pointer", [
        { type: "pointerMove", x: 0, y: 0, origin },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ]);
    },
    type: async (text) => {
      const strokes = Array.from(text, (value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]).flat();
      await perform("key", strokes);
    },
    picture: async () => {
      const { data } = await call("browsingContext.captureScreenshot", { context });
      return Buffer.from(String(data), "base64");
    },
  };
}
