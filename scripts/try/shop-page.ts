// A web till of the try-out: one page with a pay button, served as a shop's own web server would.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Demo } from "./terminals.ts";

export type ShopPage = {
  /** As browsers send it: `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** From here on there is a service to pay with. */
  serve(serviceUrl: string, demo: Demo): void;
};

/** @param wantedPort of an earlier run, whose Origin is allowed already; another one where it is taken */
export async function openShopPage(wantedPort: number): Promise<ShopPage> {
  let page = "The service is not ready yet.";
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
    response.end(page);
  });
  server.listen(wantedPort, "127.0.0.1");
  await once(server, "listening").catch(() => once(server.listen(0, "127.0.0.1"), "listening"));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    serve: (serviceUrl, demo) => {
      page = pageFor(serviceUrl, demo);
    },
  };
}

function pageFor(serviceUrl: string, { id, amount }: Demo): string {
  const script = `${new URL(serviceUrl).origin.replace(/^ws/, "http")}/till-pay.js`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A web till</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }</style>
<script src="${script}"></script>
<h1>A web till</h1>
<p>One coffee machine, ${amount.value} ${amount.currency}. Reload this page while it pays, or open it twice: it is charged once.</p>
<till-pay id="pay" amount-minor="${amount.value}" currency="${amount.currency}" terminal="${id}" url="${serviceUrl}"></till-pay>
<p><a href="?">Next customer</a></p>
<script>
  // A real till has its own order numbers. This one begins a new order with each visit without one.
  const order = new URLSearchParams(location.search).get("order") ?? "W" + Date.now().toString(36);
  history.replaceState(null, "", "?order=" + order);
  document.getElementById("pay").setAttribute("order", order);
</script>
</html>
`;
}
