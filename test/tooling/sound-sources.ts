// A house in which every check finds nothing, and which uses what the law of layers allows.
import type { Sources } from "./miniature.ts";

export const soundPackages = ["canonicalize", "preact", "typebox", "ws", "@types/ws"];

export const soundSources: Sources = {
  "src/main.ts": `const { serve } = await import("./daemon/daemon.ts");
const { describe } = await import("./cli/program.ts");
serve();
process.stdout.write(describe());
`,
  "src/core/schema.ts": `export { Type } from "typebox";
`,
  "src/core/canonical.ts": `export { default as canonicalize } from "canonicalize";
`,
  "src/core/money.ts": `import { canonicalize } from "./canonical.ts";
import { Type } from "./schema.ts";

export const amountMinor = Type.Integer({ minimum: 0 });
export const fingerprint = (value: unknown): string => canonicalize(value) ?? "";
`,
  "src/codec/lrc.ts": `import { fingerprint } from "../core/money.ts";

export const lrc = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0) + fingerprint(0).length;
`,
  "src/drivers/driver.ts": `export type Vendor = { readonly id: string };
`,
  "src/drivers/acme/vendor.ts": `import { lrc } from "../../codec/lrc.ts";
import type { Vendor } from "../driver.ts";

export const acme: Vendor = { id: \`acme-\${lrc(new Uint8Array(1))}\` };
`,
  "src/drivers/acme-cloud/vendor.ts": `import { acme } from "../acme/vendor.ts";
import type { Vendor } from "../driver.ts";

export const acmeCloud: Vendor = { id: \`\${acme.id}-cloud\` };
`,
  "src/drivers/zenith/vendor.ts": `import type { Vendor } from "../driver.ts";

export const zenith: Vendor = { id: "zenith" };
`,
  "src/drivers/registry.ts": `import { acmeCloud } from "./acme-cloud/vendor.ts";
import { acme } from "./acme/vendor.ts";
import type { Vendor } from "./driver.ts";
import { zenith } from "./zenith/vendor.ts";

export const vendors: readonly Vendor[] = [acme, acmeCloud, zenith];
`,
  "src/transports/transport.ts": `export const openedAt = (): number => Date.now();
`,
  "src/discovery/directory.ts": `import { amountMinor } from "../core/money.ts";

export const known = amountMinor.type;
`,
  "src/protocol/version.ts": `import { amountMinor } from "../core/money.ts";

export const version = amountMinor.type;
`,
  "src/journal/journal.ts": `import { DatabaseSync } from "node:sqlite";

export const openJournal = (path: string): DatabaseSync => new DatabaseSync(path);
`,
  "src/home/paths.ts": `import { join } from "node:path";

export const journalPath = (home: string): string => join(home, "data");
`,
  "src/client/client.ts": `import { version } from "../protocol/version.ts";

export const clientVersion = (): string => \`v\${version}\`;
`,
  "src/client/index.ts": `export { clientVersion } from "./client.ts";
`,
  "src/client/socket-node.ts": `import { WebSocket } from "ws";

export const connect = (url: string): WebSocket => new WebSocket(url);
`,
  "src/cli/program.ts": `import { clientVersion } from "../client/client.ts";
import { connect } from "../client/socket-node.ts";
import { simulate } from "./commands/simulate.ts";

export const describe = (): string => \`\${clientVersion()} \${simulate()} \${connect("ws://localhost").url}\`;
`,
  "src/cli/commands/simulate.ts": `import { vendors } from "../../drivers/registry.ts";
import { openedAt } from "../../transports/transport.ts";

export const simulate = (): string => \`\${vendors.length} vendors at \${openedAt()}\`;
`,
  "src/daemon/page/main.tsx": `import { render } from "preact";
import { clientVersion } from "../../client/client.ts";

render(<p>{clientVersion()}</p>, document.body);
`,
  "src/daemon/daemon.ts": `import { known } from "../discovery/directory.ts";
import { vendors } from "../drivers/registry.ts";
import { journalPath } from "../home/paths.ts";
import { openJournal } from "../journal/journal.ts";

export function serve(): void {
  process.stdout.write(\`\${vendors.length} \${known}\\n\`);
  openJournal(journalPath(".")).close();
}
`,
  "test/core/money.test.ts": `import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint } from "../../src/core/money.ts";
import { acme } from "../../src/drivers/acme/vendor.ts";

test("an amount has one fingerprint", () => {
  assert.equal(fingerprint({ b: 1, a: acme.id }), fingerprint({ a: acme.id, b: 1 }));
});
`,
};
