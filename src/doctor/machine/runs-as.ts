import { ok, warning, type Examination } from "../check.ts";
import { accountInWords, readNames, type Account } from "./account.ts";

/** As whom the service runs: with the rights of root a mistake of it is one of the whole machine. */
export function accountExamination(account: Account): Examination {
  const id = "service.account";
  const examine = async () => {
    const who = accountInWords(account, await readNames());
    if (account.uid !== 0) return [ok(id, `It runs as ${who}.`)];
    return [
      warning(
        id,
        "It runs as root, which it does not need.",
        "Run it as the service that `tillbridge service install` or the package makes, with a user of its own.",
      ),
    ];
  };
  return { id, examine };
}
