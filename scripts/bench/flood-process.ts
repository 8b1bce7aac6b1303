// A hostile program in a process of its own. Arguments: the kind of flood, the daemon's address, a POS and its token. Tells how often
// it did what it does whenever it is asked.
import { FLOODS } from "./flood-kinds.ts";

const [kind = "", url = "", pos = "", token = ""] = process.argv.slice(2);
const flood = FLOODS[kind];
if (flood === undefined) throw new Error(`There is no flood ${kind}.`);

let done = 0;
const count = () => {
  done += 1;
};
for (const end of ["SIGTERM", "disconnect"]) process.on(end, () => process.exit());
process.on("message", () => process.send?.(done));
flood({ port: Number(new URL(url).port), url, pos, token, count });
process.send?.(done);
