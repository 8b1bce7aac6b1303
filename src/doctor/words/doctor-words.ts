import type { MachineWords } from "./machine-words.ts";
import type { TerminalClockWords } from "./terminal-clock-words.ts";

/** What the doctor says in one language. A language in which something is not said, or that forgets a fact, does not compile or fails its test. */
export type DoctorWords = MachineWords &
  TerminalClockWords & {
    readonly examination: {
      late(seconds: number): string;
      failed(why: string): string;
      more(count: number): string;
    };
    readonly link: {
      serviceSays(seen: string, detail: string): string;
    };
  };
