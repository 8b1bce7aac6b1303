import type { IncomingMessage, ServerResponse } from "node:http";
import type { Door } from "./doors.ts";
import { answer } from "./front-door.ts";
import type { ServerContext } from "./handler.ts";

type ServePage = (
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  server: ServerContext,
) => Promise<void>;

type PageDoor = { readonly servePage: ServePage };

const NOT_LOADED = "The technician's page could not be loaded from the program's files. Payments go on.\n";

/**
 * The page, loaded when somebody comes for it. Its file may be gone by then, where another version was unpacked over this one, or
 * no more files can be opened: that anybody asks for the page must end no payment.
 */
export function pageEntrance(load: () => Promise<PageDoor>): ServePage {
  let isSaid = false;
  return async (request, response, door, server) => {
    let page: PageDoor;
    try {
      page = await load();
    } catch (error) {
      // Once: whoever asks needs no right to, and may ask without end.
      if (!isSaid) {
        const why = error instanceof Error ? error.message : "";
        server.log.error("page.notLoaded", "The technician's page could not be loaded; payments go on", { why });
      }
      isSaid = true;
      answer(response, 503, "text/plain", NOT_LOADED);
      return;
    }
    await page.servePage(request, response, door, server);
  };
}
