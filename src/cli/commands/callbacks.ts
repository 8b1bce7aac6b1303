import type { Command } from "../call.ts";
import { EXIT } from "../exit.ts";
import { table } from "../table.ts";
import { askDaemon } from "../with-session.ts";

const NOBODY_CAN =
  "Nobody can call this house; payments do not need it. `callbacks` in config.json lets vendors call, and where it does not, the log tells why.";

/** What a technician pastes into the vendors' own pages. */
export const callbacks: Command = async (call) => {
  const answer = await askDaemon(call, "callbacks.list", {});
  const rows = answer.callbacks.map(({ vendor, terminals, url }) => [vendor, terminals.join(" "), url]);
  call.out.result(answer, () => (rows.length === 0 ? NOBODY_CAN : table(["VENDOR", "TERMINALS", "ADDRESS"], rows)));
  if (rows.length > 0) call.out.note("Whoever knows an address may call it: keep it like a password.");
  return EXIT.done;
};
