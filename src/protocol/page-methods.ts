import { Type } from "../core/schema.ts";
import { exactly, Time } from "./fields.ts";
import { method } from "./method.ts";

/** The technician's page, which the daemon serves on the loopback. */
export const pageMethods = {
  "page.login": method({
    summary:
      "Makes an address that opens the technician's page on this machine: good once, for one minute. Whoever has it is the administrator.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({
      url: Type.String({ description: "Its fragment is the code, which a browser sends to nobody" }),
      expiresAt: Time,
    }),
  }),
  "page.logout": method({
    summary: "Ends the login of this session's page; asked by anybody else, those of all pages.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({}),
  }),
};
