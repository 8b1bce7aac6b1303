import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ran, Run } from "../../../src/cli/supervision/run.ts";
import { windowsSupervisor } from "../../../src/cli/supervision/windows.ts";

/** As Windows prints it in Spanish: the names are of the language, the numbers and their order are not. */
const queryex = (state: number, system: number, own: number, pid: number) => `
NOMBRE_SERVICIO: Tillbridge
        TIPO               : 10  WIN32_OWN_PROCESS
        ESTADO             : ${state}  RUNNING
                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_PRESHUTDOWN)
        CÓD_SALIDA_WIN32   : ${system}  (0x0)
        CÓD_SALIDA_SERVICIO: ${own}  (0x0)
        PUNTO_COMPROB.     : 0x0
        INDICACIÓN_INICIO  : 0x0
        PID                : ${pid}
        MARCAS             :
`;
/** Of wine 8, which has no \`queryex\`. */
const query = `SERVICE_NAME: eventlog
        TYPE               : 20  WIN32_SHARE_PROCESS
        STATE              : 4  RUNNING
        WIN32_EXIT_CODE    : 0  (0x0)
        SERVICE_EXIT_CODE  : 0  (0x0)
        CHECKPOINT         : 0x0
        WAIT_HINT          : 0x0
`;
const VALUES: Readonly<Record<string, string>> = {
  ImagePath: 'REG_EXPAND_SZ    "C:\\Program Files\\Tillbridge\\tillbridge-service.exe"',
  ObjectName: "REG_SZ    NT SERVICE\\Tillbridge",
  Start: "REG_DWORD    0x2",
};
const ended = (code: number, output = ""): Ran => ({ kind: "ended", code, output, complaint: "" });

/** Windows with the service, in these states one after another; the last one stays. */
function windowsWith(states: readonly string[], answers: Readonly<Record<string, Ran>> = {}) {
  const asked: string[] = [];
  const left = [...states];
  const run: Run = (program, args) => {
    const name = program.split("\\").at(-1) ?? "";
    asked.push([name, ...args].join(" "));
    if (name === "reg.exe") {
      const value = VALUES[args.at(-1) ?? ""];
      if (states.length === 0 || value === undefined) return Promise.resolve(ended(1));
      return Promise.resolve(
        ended(0, `\r\nHKEY_LOCAL_MACHINE\\SYSTEM\r\n    ${args.at(-1) ?? ""}    ${value}\r\n\r\n`),
      );
    }
    const answer = answers[args[0] ?? ""];
    if (answer !== undefined) return Promise.resolve(answer);
    if (args[0] !== "queryex") return Promise.resolve(ended(0));
    const state = left.length > 1 ? left.shift() : left[0];
    return Promise.resolve(ended(0, state));
  };
  return { supervisor: windowsSupervisor(run, () => Promise.resolve(), "C:\\Windows"), asked };
}

test("given Windows in another language, when asked, then the state is read by its numbers", async () => {
  const { supervisor } = windowsWith([queryex(4, 0, 0, 4321)]);

  assert.deepEqual(await supervisor.state(), { kind: "running", pid: 4321, account: "NT SERVICE\\Tillbridge" });
  assert.equal((await supervisor.report()).startsAtBoot, true);
});

test("given a Windows that knows no queryex, when asked, then its query is read", async () => {
  const { supervisor } = windowsWith([""], { queryex: ended(1), query: ended(0, query) });

  assert.deepEqual(await supervisor.state(), { kind: "running", pid: 0, account: "NT SERVICE\\Tillbridge" });
});

test("given no service, when asked and started, then it says how to install", async () => {
  const { supervisor } = windowsWith([]);

  assert.deepEqual(await supervisor.state(), { kind: "notInstalled" });
  await assert.rejects(supervisor.start(), /tillbridge service install/);
});

test("given a service that takes a while, when started, then it is done when it runs", async () => {
  const { supervisor, asked } = windowsWith([
    queryex(1, 1077, 0, 0),
    queryex(2, 0, 0, 7),
    queryex(2, 0, 0, 7),
    queryex(4, 0, 0, 7),
  ]);

  await supervisor.start();

  assert.equal(asked.filter((line) => line.startsWith("sc.exe start")).length, 1);
  assert.equal(asked.filter((line) => line.startsWith("sc.exe queryex")).length, 4);
});

test("given a service that ends at its start, or one that never comes up, when started, then it is no success", async () => {
  const ending = windowsWith([queryex(1, 0, 0, 0), queryex(2, 0, 0, 7), queryex(1, 1066, 78, 0)]);
  const hanging = windowsWith([queryex(1, 0, 0, 0), queryex(2, 0, 0, 7)]);

  await assert.rejects(ending.supervisor.start(), /it ended with the code 78/);
  await assert.rejects(hanging.supervisor.start(), /did not start within 180 s/);
});

test("given a user who is no administrator, when stopped, then it says what to do", async () => {
  const { supervisor } = windowsWith([queryex(4, 0, 0, 7)], { stop: ended(5) });

  await assert.rejects(supervisor.stop(), /command prompt as administrator/);
});

test("given an answer that nobody understands, when asked, then no state is guessed", async () => {
  const { supervisor } = windowsWith(["nothing of use"]);

  await assert.rejects(supervisor.state(), /not understood/);
});
