import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { unreadableInWords } from "../../core/pos.ts";
import { readPosFile } from "../../home/pos-file.ts";
import { HomeFailure, readIfThere } from "../../home/store.ts";
import { asItIs, fault, ok, unknown, warning, type Examination, type Finding } from "../check.ts";

const ID = "pos.records";
const SET_ASIDE = /^pos\.broken(?:-\d+)?\.json$/;

/** Whether all POS programs that are kept can be read; else some are not let in although they were paired. */
export function posRecordsExamination(dataDirectory: string): Examination {
  return { id: ID, examine: async () => [await check(dataDirectory)] };
}

async function check(dataDirectory: string): Promise<Finding> {
  const path = join(dataDirectory, "pos.json");
  try {
    const text = await readIfThere(path);
    const entries = text === undefined ? [] : readPosFile(text);
    if (entries === undefined)
      return fault(
        ID,
        (words) => words.pos.noList(path),
        (words) => words.pos.restoreList,
      );
    const unreadable = entries.flatMap((entry) => (entry.kind === "unreadable" ? [entry.about] : []));
    if (unreadable.length > 0) {
      const which = unreadableInWords(unreadable);
      return fault(
        ID,
        (words) => words.pos.unreadable(path, which),
        (words) => words.pos.mend,
      );
    }
    const [aside] = (await readdir(dataDirectory).catch(() => [])).filter((name) => SET_ASIDE.test(name)).toSorted();
    if (aside !== undefined)
      return warning(
        ID,
        (words) => words.pos.setAside(join(dataDirectory, aside)),
        (words) => words.pos.pairAgain,
      );
    return ok(ID, (words) => words.pos.whole(path, entries.length));
  } catch (error) {
    if (!(error instanceof HomeFailure)) throw error;
    return unknown(ID, asItIs(error.message));
  }
}
