import packageDescription from "../../../package.json" with { type: "json" };
import type { AnswerOf } from "../../client/calls.ts";
import { evidenceOf } from "../../client/evidence/evidence.ts";
import { evidenceHtml } from "../../client/evidence/html.ts";
import { evidenceText } from "../../client/evidence/text.ts";
import type { TransactionOnWire } from "../../protocol/transaction.ts";
import type { Call } from "../call.ts";
import { wrongUsage } from "../exit.ts";
import { writeNewFile } from "../new-file.ts";
import { readLanguage } from "../typed-values.ts";

type Drawn = "html" | "text";

/** Writes the document for the customer or the acquirer; answers the files. */
export function writeEvidence(
  call: Call,
  file: string,
  transaction: TransactionOnWire,
  timeline: AnswerOf<"transactions.timeline">,
  terminalName: string | undefined,
): readonly string[] {
  const evidence = evidenceOf(transaction, timeline, {
    language: readLanguage(call) ?? "en",
    version: packageDescription.version,
    madeAt: new Date().toISOString(),
    ...(terminalName === undefined ? {} : { terminalName }),
  });
  const written = filesFor(file);
  for (const { path, as } of written) {
    writeNewFile(path, as === "html" ? evidenceHtml(evidence) : evidenceText(evidence), call.yes ? "yes" : "never");
  }
  return written.map(({ path }) => path);
}

/** By its ending; without one it is written both ways. */
function filesFor(file: string): readonly { readonly path: string; readonly as: Drawn }[] {
  const [ending] = /\.[A-Za-z0-9]{1,5}$/.exec(file) ?? [];
  switch (ending?.toLowerCase()) {
    case ".html":
    case ".htm":
      return [{ path: file, as: "html" }];
    case ".txt":
      return [{ path: file, as: "text" }];
    case undefined:
      return [
        { path: `${file}.html`, as: "html" },
        { path: `${file}.txt`, as: "text" },
      ];
    default:
      throw wrongUsage(`--evidence writes .html, .txt, or both where the name has no ending: not ${ending ?? ""}.`);
  }
}
