import { hostname } from "node:os";
import { RequestRefused } from "../../client/errors.ts";
import { isEveryAddress } from "../../core/every-address.ts";
import { readCertificateSet } from "../../home/certificate/certificate.ts";
import {
  authorityFile,
  certificateName,
  installCertificate,
  removeCertificate,
} from "../../home/certificate/install.ts";
import { readConfig } from "../../home/config.ts";
import { makeOwnerOnly } from "../../home/secrets.ts";
import { HomeFailure, readIfThere } from "../../home/store.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { thisMachine } from "../trust/machine.ts";
import { authorityIn } from "../trust/store.ts";
import { trustOn, type StoreTrouble, type Trust } from "../trust/trust.ts";
import { askDaemon } from "../with-session.ts";
import { adviceOf, INSTALL_COMMAND, inText, inUseOf, namesShown, reportOf } from "./certificate-report.ts";

/** The commands, over the stores of some machine. */
export function certificateCommands(openTrust: () => Trust) {
  const install: Command = async (call) => {
    const names = call.texts("name").length > 0 ? call.texts("name").map(nameOf) : await configuredNames(call);
    const { dataDirectory } = call.home;
    await makeOwnerOnly(dataDirectory);
    const nowMs = Date.now();
    const made = await installCertificate(dataDirectory, { names, machine: hostname(), nowMs });
    const authority = authorityIn(made.toString(), authorityFile(dataDirectory));
    const trust = openTrust();
    // Trusted first, shown then, and the one before it forgotten last: no page is refused in between.
    const troubles = [...(await trust.add(authority))];
    await reload(call);
    troubles.push(...(await trust.removeAllBut(authority)));
    tellTroubles(call, troubles);
    const report = await reportOf(call.home.dataDirectory, trust, nowMs);
    call.out.result(report, () => `A certificate for wss is installed.\n${inText(report)}`);
    if (report.browsers.length > 0) call.out.note("Browsers that are open learn of it when they are started again.");
    return report.browsers.every(({ trusts }) => trusts === true) ? EXIT.done : EXIT.refused;
  };

  const status: Command = async (call) => {
    const report = await reportOf(call.home.dataDirectory, openTrust(), Date.now());
    call.out.result(report, () => inText(report));
    return EXIT.done;
  };

  const renew: Command = async (call) => {
    const nowMs = Date.now();
    const { dataDirectory } = call.home;
    const set = await readCertificateSet(dataDirectory);
    if (set === undefined)
      throw new CommandFailure(EXIT.refused, `No certificate is installed. ${INSTALL_COMMAND} makes one.`);
    await reload(call);
    const inUse = inUseOf(set, nowMs);
    call.out.result({ names: namesShown(set, nowMs), inUse }, () =>
      [`Certificate ${inUse.number} of ${inUse.of} is in use until ${inUse.until}.`, ...adviceOf(set, nowMs)].join(
        "\n",
      ),
    );
    return EXIT.done;
  };

  const remove: Command = async (call) => {
    const wasThere = await removeCertificate(call.home.dataDirectory);
    await reload(call);
    const troubles = await openTrust().removeAllBut(undefined);
    tellTroubles(call, troubles);
    call.out.result({ removed: wasThere, left: troubles }, () => {
      if (troubles.length > 0) return "Not everything could be taken away.";
      return wasThere
        ? "The certificate and everybody's trust in it are gone."
        : "No certificate was installed, and nobody trusts one.";
    });
    return troubles.length === 0 ? EXIT.done : EXIT.refused;
  };

  return { install: inWords(install), status: inWords(status), renew: inWords(renew), remove: inWords(remove) };
}

export const { install, status, renew, remove } = certificateCommands(() => trustOn(thisMachine()));

/** The daemon looks by itself as well, but not at once. */
async function reload(call: Call): Promise<void> {
  try {
    const { url } = await askDaemon(call, "certificate.reload", {});
    if (url !== undefined) call.out.note(`The service is reached at ${url}`);
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === EXIT.unreachable)
      call.out.note("The service was not asked to look at once, for it does not answer: it looks when it starts.");
    else if (error instanceof RequestRefused)
      call.out.note(`The service refuses to look at once: ${error.message}. Start it again.`);
    else throw error;
  }
}

function tellTroubles(call: Call, troubles: readonly StoreTrouble[]): void {
  const lines = troubles.map(({ store, why, remedy }) => `${store}: ${why}. ${remedy}`);
  for (const line of new Set(lines)) call.out.note(line);
}

async function configuredNames({ home: { configFile } }: Call): Promise<readonly string[]> {
  const read = readConfig((await readIfThere(configFile)) ?? "{}", () => []);
  if (read.kind === "valid") {
    const { host, names } = read.config.server.lan;
    // Tablets are told the address; one that stands for all of them is nobody's name.
    return host === undefined || isEveryAddress(host) ? names : [...new Set([host, ...names])];
  }
  throw new HomeFailure(
    `${configFile} cannot be used, so the names in it are not known. See \`tillbridge config check\`.`,
  );
}

function nameOf(typed: string): string {
  try {
    return certificateName(typed);
  } catch (error) {
    throw error instanceof HomeFailure ? wrongUsage(error.message) : error;
  }
}

/** A home that cannot be used is told like any other refusal. */
function inWords(command: Command): Command {
  return async (call) => {
    try {
      return await command(call);
    } catch (error) {
      throw error instanceof HomeFailure ? new CommandFailure(EXIT.refused, error.message) : error;
    }
  };
}
