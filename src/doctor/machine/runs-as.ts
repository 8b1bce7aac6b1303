import { ok, warning, type Examination } from "../check.ts";
import { accountInWords, readNames, type Account } from "./account.ts";

/** As whom the service runs: with the rights of root a mistake of it is one of the whole machine. */
export function accountExamination(account: Account): Examination {
  const id = "service.account";
  const examine = async () => {
    const who = accountInWords(account, await readNames());
    if (account.uid !== 0) return [ok(id, (words) => words.account.runsAs(who(words)))];
    return [
      warning(
        id,
        ({ account: words }) => words.root,
        ({ account: words }) => words.ownUser,
      ),
    ];
  };
  return { id, examine };
}
