import type { SecretStore } from "../../core/pos.ts";
import { isSecretName, openSecrets } from "../../home/secrets.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { withSession, type DaemonSession } from "../with-session.ts";
import { inHome } from "./config-home.ts";

/** As much as the daemon takes; what is longer was no token. */
const MAX_CHARACTERS = 16_384;
/** Of so many characters and the newline, whatever they are. */
const MAX_BYTES = MAX_CHARACTERS * 4;

export const set: Command = async (call) => {
  const name = nameOf(call);
  const value = await readValue(call);
  if (value === "") throw wrongUsage("The secret is empty: give its value on standard input.");
  if (value.length > MAX_CHARACTERS) throw wrongUsage(`A secret has at most ${MAX_CHARACTERS} characters.`);
  await withSecrets(call, (secrets) => secrets.set(name, value));
  call.out.result({}, () => `Stored. A setting refers to it as {"secret": ${JSON.stringify(name)}}.`);
  return EXIT.done;
};

export const list: Command = async (call) => {
  const secrets = await withSecrets(call, (store) => store.names());
  call.out.result({ secrets }, () => (secrets.length === 0 ? "There is no secret." : secrets.join("\n")));
  return EXIT.done;
};

export const remove: Command = async (call) => {
  const name = nameOf(call);
  const removed = await withSecrets(call, (secrets) => secrets.remove(name));
  if (!removed)
    throw new CommandFailure(
      EXIT.refused,
      `There is no secret ${name}. \`tillbridge secret list\` tells which there are.`,
    );
  call.out.result({}, () => `${name} is forgotten.`);
  return EXIT.done;
};

function nameOf(call: Call): string {
  const [name = ""] = call.arguments;
  if (isSecretName(name)) return name;
  throw wrongUsage(
    "The name of a secret is 1 to 64 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit.",
  );
}

function withSecrets<Result>(call: Call, work: (secrets: SecretStore) => Promise<Result>): Promise<Result> {
  return inHome(call, {
    alone: () => work(openSecrets(call.home.dataDirectory)),
    besideDaemon: () => withSession(call, ({ ask }) => work(secretsOfDaemon(ask))),
  });
}

function secretsOfDaemon(ask: DaemonSession["ask"]): SecretStore {
  return {
    names: async () => (await ask("secrets.list", {})).secrets,
    set: async (name, value) => {
      await ask("secrets.set", { name, value });
    },
    remove: async (name) => {
      const { secrets } = await ask("secrets.list", {});
      if (!secrets.includes(name)) return false;
      await ask("secrets.remove", { name });
      return true;
    },
  };
}

/** All of standard input, without one newline at its end. */
async function readValue(call: Call): Promise<string> {
  if (process.stdin.isTTY) call.out.note("Type the value, which will be seen here, then Enter and Ctrl-D:");
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BYTES) throw wrongUsage(`A secret has at most ${MAX_CHARACTERS} characters.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(Buffer.concat(chunks))
      .replace(/\r?\n$/, "");
  } catch {
    throw wrongUsage("The secret is no text in UTF-8, so it would not be stored as it is: nothing was stored.");
  }
}
