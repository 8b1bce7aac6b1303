import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NoAnswer, RequestRefused } from "../../../src/client/errors.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { vendors } from "../../../src/drivers/registry.ts";
import { addTerminal, freeSecretName, NO_LINK, readLink } from "../../../src/daemon/page/discovery/addition.ts";
import { fieldsOf, readSettings, type Typed } from "../../../src/daemon/page/form/schema-fields.ts";
import type { PageSession } from "../../../src/daemon/page/view.ts";

const schema = {
  type: "object",
  required: ["currency", "print", "key"],
  properties: {
    currency: { type: "string", description: "ISO 4217" },
    print: { type: "boolean", default: true },
    mode: { enum: ["fast", "slow"], default: "fast" },
    answerMs: { type: "integer", minimum: 10, maximum: 900, default: 100 },
    key: { type: "object", properties: { secret: { type: "string" } }, required: ["secret"] },
    cloud: {
      type: "object",
      required: ["storeId"],
      properties: {
        storeId: { type: "string" },
        key: { type: "object", properties: { secret: { type: "string" } } },
      },
    },
    codes: { type: "array", default: [] },
  },
};

const typed = (more: Typed = {}): Typed => ({ currency: "CLP", key: "s3cret", ...more });

describe("the fields of a vendor's settings", () => {
  it("are those of its schema, with what is needed, what stands there and what is a secret", () => {
    assert.deepEqual(
      fieldsOf(schema).map(({ name, kind, isRequired, initial }) => [name, kind, isRequired, initial]),
      [
        ["currency", "text", true, ""],
        ["print", "flag", false, "true"],
        ["mode", "choice", false, "fast"],
        ["answerMs", "number", false, "100"],
        ["key", "secret", true, ""],
        ["cloud.storeId", "text", false, ""],
        ["cloud.key", "secret", false, ""],
        ["codes", "json", false, "[]"],
      ],
    );
  });

  for (const vendor of vendors) {
    it(`of ${vendor.id} make settings that its schema takes, once what is needed is typed`, () => {
      const fields = fieldsOf(vendor.settingsSchema);
      const needed = fields.filter(({ isRequired }) => isRequired);
      const missing = readSettings(fields, {});
      assert.deepEqual(
        missing.kind === "faulty" ? Object.keys(missing.faults) : [],
        needed.map(({ name }) => name),
      );
      const values = needed.map((field) => [
        field.name,
        field.kind === "choice" ? (field.choices[0] ?? "") : field.name === "currency" ? "CLP" : "1",
      ]);
      const read = readSettings(fields, Object.fromEntries(values) as Typed);
      assert(read.kind === "read");
      const secretNames = read.secrets.map(({ path }) => path.join("."));
      const faults = schemaFaults(vendor.settingsSchema, withDefaults(vendor.settingsSchema, read.settings));
      // Patterns of ids are the schema's own affair: only what is missing or of another type would be our mistake.
      const ours = faults.filter(({ field, why }) => !secretNames.includes(field) && /required|must be an? /.test(why));
      assert.deepEqual(ours, []);
    });
  }

  it("leave out what was not touched, so that a later default counts", () => {
    const read = readSettings(fieldsOf(schema), typed());
    assert(read.kind === "read");
    assert.deepEqual(read.settings, { currency: "CLP" });
    assert.deepEqual(read.secrets, [{ path: ["key"], value: "s3cret" }]);
  });

  it("keep what discovery knows, and change what was typed over it", () => {
    const known = { currency: "USD", cloud: { storeId: "S1" } };
    const fields = fieldsOf(schema, known);
    const read = readSettings(fields, { key: "k", print: "false", "cloud.storeId": "S2" }, known);
    assert(read.kind === "read");
    assert.deepEqual(read.settings, { currency: "USD", cloud: { storeId: "S2" }, print: false });
    assert.deepEqual(known, { currency: "USD", cloud: { storeId: "S1" } });
  });

  it("say what is wrong with each of them", () => {
    const wrong = typed({ currency: " ", answerMs: "9", codes: "[1," });
    const read = readSettings(fieldsOf(schema), wrong);
    assert.deepEqual(read, {
      kind: "faulty",
      faults: { currency: "missing", answerMs: "tooSmall", codes: "noJson" },
    });
    const others = readSettings(fieldsOf(schema), typed({ answerMs: "901" }));
    assert.deepEqual(others, { kind: "faulty", faults: { answerMs: "tooLarge" } });
    const none = readSettings(fieldsOf(schema), typed({ answerMs: "a lot" }));
    assert.deepEqual(none, { kind: "faulty", faults: { answerMs: "noNumber" } });
  });

  it("of a schema that is none are none", () => {
    assert.deepEqual(fieldsOf(undefined), []);
    assert.deepEqual(fieldsOf({ properties: { a: 1, b: null } }), []);
  });
});

describe("where a terminal is", () => {
  it("is read from what was typed, and what is missing is said", () => {
    assert.deepEqual(readLink({ ...NO_LINK, type: "tcp", host: " 10.0.0.5 ", port: "5000" }), {
      kind: "read",
      link: { type: "tcp", host: "10.0.0.5", port: 5000 },
    });
    assert.deepEqual(readLink({ ...NO_LINK, type: "tcp", port: "x" }), {
      kind: "faulty",
      faults: { host: "missing", port: "noNumber" },
    });
    assert.deepEqual(readLink({ ...NO_LINK, type: "cloud" }), { kind: "read", link: { type: "cloud" } });
  });
});

describe("adding a terminal with secrets", () => {
  type Call = readonly [method: string, params: unknown];
  const refusal = (reason: string) => new RequestRefused(-32000, reason, "never", "no", {});
  const daemon = (secrets: readonly string[], refuses?: string, error: Error = refusal("invalidParams")) => {
    const calls: Call[] = [];
    const ask = async (method: string, params: unknown) => {
      calls.push([method, params]);
      if (method === refuses) throw error;
      return method === "secrets.list" ? { secrets } : {};
    };
    return { calls, session: { ask } as unknown as Pick<PageSession, "ask"> };
  };
  const addition = {
    terminal: "counter-1",
    name: "",
    vendor: "v",
    link: { type: "cloud" },
    read: { kind: "read", settings: { currency: "CLP" }, secrets: [{ path: ["key"], value: "s3cret" }] },
  } as const;

  it("stores them first, and names them in the settings alone", async () => {
    const { calls, session } = daemon([]);
    await addTerminal(session, addition);
    assert.deepEqual(calls.slice(1), [
      ["secrets.set", { name: "counter-1.key", value: "s3cret" }],
      [
        "terminals.add",
        {
          terminal: "counter-1",
          vendor: "v",
          link: { type: "cloud" },
          settings: { currency: "CLP", key: { secret: "counter-1.key" } },
        },
      ],
    ]);
  });

  it("forgets them again where the terminal is refused, and never touches one that was there", async () => {
    const { calls, session } = daemon(["counter-1.key"], "terminals.add");
    await assert.rejects(addTerminal(session, addition));
    assert.deepEqual(
      calls.filter(([method]) => method === "secrets.set" || method === "secrets.remove"),
      [
        ["secrets.set", { name: "counter-1.key-2", value: "s3cret" }],
        ["secrets.remove", { name: "counter-1.key-2" }],
      ],
    );
  });

  for (const [what, error] of [
    ["no answer comes", new NoAnswer("terminals.add")],
    ["the daemon is just ending", refusal("shuttingDown")],
  ] as const) {
    it(`keeps them where ${what}: the terminal may have been taken, and needs them`, async () => {
      const { calls, session } = daemon([], "terminals.add", error);
      await assert.rejects(addTerminal(session, addition));
      assert.deepEqual(
        calls.filter(([method]) => method === "secrets.remove"),
        [],
      );
    });
  }

  it("forgets them where the next one is not taken, for nothing refers to them yet", async () => {
    const { calls, session } = daemon([], "secrets.set", new NoAnswer("secrets.set"));
    await assert.rejects(addTerminal(session, addition));
    assert.deepEqual(calls.at(-1), ["secrets.remove", { name: "counter-1.key" }]);
  });

  it("finds a name that is short enough and free", () => {
    const long = "x".repeat(64);
    assert.equal(freeSecretName(long, ["key"], []).length, 64);
    assert.notEqual(freeSecretName(long, ["key"], [long]), long);
  });
});
