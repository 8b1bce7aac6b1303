import type { CommandWords } from "./command-words.ts";
import type { MachineWords } from "./machine-words.ts";
import type { NetworkWords } from "./network-words.ts";
import type { TerminalClockWords } from "./terminal-clock-words.ts";
import type { TerminalWords } from "./terminal-words.ts";

/** What the doctor says in one language. A language in which something is not said, or that forgets a fact, does not compile or fails its test. */
export type DoctorWords = MachineWords &
  NetworkWords &
  TerminalWords &
  TerminalClockWords &
  CommandWords & {
    readonly examination: {
      late(seconds: number): string;
      failed(why: string): string;
      more(count: number): string;
    };
  };
