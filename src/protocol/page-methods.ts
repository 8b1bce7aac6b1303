import { oneOf, Type } from "../core/schema.ts";
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
  "page.code": method({
    summary: "What became of the code in such an address.",
    scope: "admin",
    params: exactly({ code: Type.String({ minLength: 1, maxLength: 128 }) }),
    result: Type.Object({
      state: oneOf(["waiting", "used", "over"], { description: "over: its minute has passed, or it was never made" }),
    }),
  }),
  "page.logout": method({
    summary: "Ends the login of this session's page; asked by anybody else, those of all pages.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({}),
  }),
};
