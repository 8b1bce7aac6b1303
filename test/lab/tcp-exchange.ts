// One exchange of the HTTP transport, on the machine where it runs. Arguments: host, port, and how long opening and sending may
// take. SIGUSR2 sends the request, SIGHUP gives it up.
import { httpTransport } from "../../src/transports/http.ts";
import { realClock } from "../support/clock.ts";

const [host = "", port = "", timeoutMs = ""] = process.argv.slice(2);
const limitMs = Number(timeoutMs);
const tell = (what: object) => console.log(JSON.stringify(what));

const opened = await httpTransport(realClock).open(
  { type: "http", host, port: Number(port) },
  { answered: () => tell({ at: "answered" }), lost: (why) => tell({ at: "lost", why }) },
  { openTimeoutMs: limitMs, maxAnswerBytes: 1_000 },
);
if (opened.kind === "failed") throw new Error(opened.why);
const { connection } = opened;
const request = { method: "POST", path: "/sales", headers: {}, body: new TextEncoder().encode("sale") } as const;
process.on("SIGUSR2", () => void connection.send(request, limitMs).then((sent) => tell({ at: "sent", ...sent })));
process.on("SIGHUP", () => void connection.close().then(() => tell({ at: "closed" })));
setInterval(() => {}, 60_000); // a closed connection leaves nothing that would keep the program
tell({ at: "opened" });
