import type { Call } from "../../transports/callback-call.ts";

/** Where vendors' terminals and clouds can call this house. */
export interface Callbacks {
  /** `called` gets each call at this path whole, until the registration is disposed of. */
  register(path: string, called: (call: Call) => void): Registration;
}

export type Registration = Disposable & {
  /** As somebody outside has to call it. Whoever knows it may call: it is a secret. */
  readonly url: string;
};
