import { decodeUtf8 } from "../../codec/utf8.ts";
import type { SimulatedRequest } from "../simulator.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** Whether the request for access is spelled as the country wants it, and by whom it should be (getnet.md 6). */
export function isKnownClient({ headers, body }: SimulatedRequest, scenario: Scenario): boolean {
  const { country, clientId, clientSecret } = scenario;
  const isForm = /^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(headers["content-type"] ?? "");
  const fields = formIn(decodeUtf8(body) ?? "");
  const [id, secret] = country === "CL" ? ["clientId", "clientSecret"] : ["ClientId", "ClientSecret"];
  const isTold =
    country === "CL" || (headers["country"] === "ar" && headers["app"] === "posintegrado" && "env" in headers);
  return isForm && isTold && fields.get(id) === clientId && fields.get(secret) === clientSecret;
}

function formIn(text: string): ReadonlyMap<string, string> {
  const pairs = text.split("&").map((pair) => {
    const [name = "", value = ""] = pair.split("=");
    return [name, decoded(value)] as const;
  });
  return new Map(pairs);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return "";
  }
}
