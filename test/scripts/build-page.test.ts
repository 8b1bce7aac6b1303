import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { freshFolder } from "../support/home-folder.ts";

const FIRST_LOAD_BYTES = 150_000;
const script = fileURLToPath(new URL("../../scripts/build-page.mjs", import.meta.url));

function built(t: TestContext) {
  const out = freshFolder(t);
  const args = [script, "--quiet", "--packages", `--out=${out}`, "--version=1.2.3"];
  const packages = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as readonly string[];
  const folder = join(out, "technician");
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  const text = (name: string) => files.get(name)?.toString() ?? assert.fail(`${name} was not built`);
  return { packages, files, text };
}

test("the page's first load, in its largest language, is under 150 KB before compression", (t) => {
  const { files, text } = built(t);
  const document = text("index.html");
  const first = [...document.matchAll(/(?:src|href)="\/page\/([^"]+)"/g)].map(([, name = ""]) => name);
  assert.ok(first.some((name) => name.startsWith("main-")));
  assert.ok(first.some((name) => name.endsWith(".css")));
  const sizeOf = (name: string) => files.get(name)?.length ?? assert.fail(`${name} was not built`);
  const languages = [...files.keys()].filter((name) => /^(en|es|pt|de)-/.test(name));
  assert.equal(languages.length, 4);
  const bytes =
    document.length +
    first.reduce((sum, name) => sum + sizeOf(name), 0) +
    Math.max(...languages.map((name) => sizeOf(name)));
  assert.ok(bytes < FIRST_LOAD_BYTES, `${bytes} bytes`);
});

test("the page is built to the same bytes each time, and every file of it is on the list", (t) => {
  const [one, other] = [built(t), built(t)];
  assert.deepEqual([...one.files], [...other.files]);
  const listed = Object.values(JSON.parse(one.text("files.json")) as Record<string, { readonly name: string }>);
  assert.deepEqual(
    listed.map(({ name }) => name).toSorted(),
    [...one.files.keys()].filter((name) => name !== "files.json").toSorted(),
  );
});

test("nothing in the page is of another host, runs a text, or stands in the document itself", (t) => {
  const { packages, files, text } = built(t);
  for (const [name, content] of files) {
    const addresses = content.toString().match(/(?:https?:)?\/\/[a-z0-9-]+\.[a-z0-9.-]+/gi) ?? [];
    assert.deepEqual(
      addresses.filter((address) => address !== "http://www.w3.org"),
      [],
      name,
    );
  }
  const document = text("index.html");
  assert.doesNotMatch(document, /<script(?![^>]*\bsrc=)|<style|\son\w+=|style="/i);
  assert.ok(packages.includes("node_modules/preact"));
});
