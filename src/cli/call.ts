import type { JsonObject } from "../core/json.ts";
import type { SchemaFault } from "../core/schema.ts";
import type { Output } from "./output.ts";

/** Where the files of this installation lie. */
export type Home = {
  readonly configFile: string;
  readonly dataDirectory: string;
  readonly adminTokenFile: string;
  readonly runningDaemonFile: string;
};

type DaemonOptions = { readonly home?: string; readonly port?: number; readonly verbose?: boolean };

/** What vendors and media say about a terminal in `config.json`: nothing where it is right. */
type TerminalCheck = (terminal: {
  readonly id: string;
  readonly vendor: string;
  readonly link: JsonObject;
  readonly settings?: JsonObject;
}) => readonly SchemaFault[];

/** A vendor, as a person who adds a terminal has to know it. */
export type KnownVendor = {
  readonly id: string;
  readonly name: string;
  /** How its terminals are reached. */
  readonly links: readonly string[];
  readonly settings: readonly {
    readonly name: string;
    /** Without it no terminal is added. */
    readonly isRequired: boolean;
    /** It is the name of a stored secret. */
    readonly isSecret: boolean;
  }[];
};

/** Something compiled that the daemon may load; `load` rejects where it does not. */
export type NativePart = { readonly name: string; readonly load: () => Promise<unknown> };

/** What `main.ts` hands to the command, because only it may reach the daemon. */
export type Composition = {
  readonly homeOf: (home: string | undefined) => Home;
  readonly runDaemon: (options: DaemonOptions) => Promise<number>;
  readonly loadTerminalCheck: () => Promise<TerminalCheck>;
  readonly loadNativeParts: () => Promise<readonly NativePart[]>;
  readonly loadVendors: () => Promise<readonly KnownVendor[]>;
};

/** One invocation: what was typed, and what there is to work with. */
export type Call = {
  /** The positional arguments, in order. */
  readonly arguments: readonly string[];
  /** The value of `--name VALUE`. */
  text(name: string): string | undefined;
  /** The values of an option that may be repeated. */
  texts(name: string): readonly string[];
  /** Whether `--name` was given. */
  flag(name: string): boolean;
  readonly home: Home;
  /** As typed with `--home`. */
  readonly homeOption: string | undefined;
  readonly yes: boolean;
  readonly out: Output;
  readonly composition: Composition;
};

/** A command answers its exit code. */
export type Command = (call: Call) => Promise<number>;
