import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveHome } from "../../src/home/paths.ts";

test("with --home, everything lies in that one folder", () => {
  const home = resolveHome("/shop/till", { TILLBRIDGE_HOME: "/elsewhere" }, "linux");

  assert.deepEqual(home, {
    configFile: "/shop/till/config.json",
    dataDirectory: "/shop/till/data",
    logsDirectory: "/shop/till/logs",
    adminTokenFile: "/shop/till/data/admin.token",
    runningDaemonFile: "/shop/till/data/daemon.json",
  });
});

test("a relative --home means the working directory", () => {
  assert.equal(resolveHome("till", {}, process.platform).configFile, `${process.cwd()}/till/config.json`);
});

test("without --home the variable decides, unless it is empty", () => {
  assert.equal(resolveHome(undefined, { TILLBRIDGE_HOME: "/shop" }, "linux").configFile, "/shop/config.json");
  assert.equal(resolveHome(undefined, { TILLBRIDGE_HOME: "" }, "linux").configFile, "/etc/tillbridge/config.json");
});

test("without either, the system's places for a service", () => {
  const linux = resolveHome(undefined, {}, "linux");
  assert.equal(linux.configFile, "/etc/tillbridge/config.json");
  assert.equal(linux.adminTokenFile, "/var/lib/tillbridge/admin.token");
  assert.equal(linux.logsDirectory, "/var/log/tillbridge");

  const windows = resolveHome(undefined, { ProgramData: "D:\\ProgramData" }, "win32");
  assert.equal(windows.configFile, "D:\\ProgramData\\tillbridge\\config.json");
  assert.equal(windows.adminTokenFile, "D:\\ProgramData\\tillbridge\\data\\admin.token");
});
