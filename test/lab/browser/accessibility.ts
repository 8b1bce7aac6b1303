import axe from "axe-core";
import type { Page } from "playwright-core";

type Violation = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
};

/** What axe-core finds on the page as it stands, a line for each. `all`: every rule; `colours`: what another look changes. */
export async function violationsOf(page: Page, rules: "all" | "colours"): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("typeof axe === 'object'"))) await page.evaluate(axe.source);
  const options = rules === "all" ? {} : { runOnly: ["color-contrast"] };
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${impact}): ${html.slice(0, 200)}: ${failureSummary}`),
  );
}

type AxNode = {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
};

/** The tree that the browser itself makes for screen readers: `role: name` of what is in it. */
export async function accessibilityTree(page: Page): Promise<readonly string[]> {
  const devtools = await page.context().newCDPSession(page);
  const { nodes } = (await devtools.send("Accessibility.getFullAXTree")) as unknown as {
    readonly nodes: readonly AxNode[];
  };
  await devtools.detach();
  return nodes.filter(({ ignored }) => !ignored).map(({ role, name }) => `${role?.value ?? ""}: ${name?.value ?? ""}`);
}
