/** What is said of a terminal's own clock. Times are local ones, without a zone. */
export type TerminalClockWords = {
  readonly terminalClock: {
    shows(localTime: string, here: string): string;
    ahead(duration: string): string;
    behind(duration: string): string;
    readonly wholeHours: string;
    readonly setIt: string;
  };
};
