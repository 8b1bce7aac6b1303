import { done, refused } from "../../core/errors.ts";
import type { MethodName } from "../../protocol/methods.ts";
import { record, type Handlers } from "./handler.ts";

export const pageHandlers: Handlers<Extract<MethodName, `page.${string}`>> = {
  "page.login": async (_params, { server, session, caller }) => {
    // Otherwise a token that was stolen would live for as long as the thief likes.
    if (session.identity.login !== undefined)
      return refused("forbidden", "A login of the page makes no other one: `tillbridge open` does.");
    const { code, lifeMs } = server.pageLogins.offer();
    await record(server, "page login offered", caller.pos, "good once, for one minute");
    return done({
      url: `${server.ownOrigins[0] ?? ""}/#login=${code}`,
      expiresAt: new Date(server.clock.now() + lifeMs).toISOString(),
    });
  },
  "page.code": ({ code }, { server }) => done({ state: server.pageLogins.stateOf(code) }),
  "page.logout": async (_params, { server, session, caller, afterReply }) => {
    const { login } = session.identity;
    await record(server, "page login ended", caller.pos, login === undefined ? "all of them" : "its own");
    afterReply(() => server.pageLogins.end(login));
    return done({});
  },
};
