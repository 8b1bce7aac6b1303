import { Fault } from "../parts.tsx";
import type { Words } from "../words/words.ts";

/** Why nobody is logged in. */
export type LoggedOut = "never" | "ended" | "wrong" | "tooMany" | "unreachable" | "signedOut";

/** All that a browser without a login sees: how to get one. */
export function LoginView({ words, why }: { readonly words: Words; readonly why: LoggedOut }) {
  const { login } = words;
  return (
    <div class="login">
      <h1 tabIndex={-1}>{login.title}</h1>
      <Fault text={why === "never" ? undefined : login[why]} />
      <p>{login.how}</p>
      <p>
        <code class="command">tillbridge open</code>
      </p>
      <p class="muted">{login.where}</p>
    </div>
  );
}
