/** What is said of what the command alone may see: the service manager, browsers, the configuration. */
export type CommandWords = {
  readonly service: {
    readonly notInstalled: string;
    readonly install: string;
    readonly stopped: string;
    stoppedBecause(why: string): string;
    readonly start: string;
    readonly starting: string;
    readonly stopping: string;
    readonly wait: string;
    restarted(who: string, pid: number, count: number): string;
    restartedBecause(who: string, pid: number, count: number, why: string): string;
    readonly tellMore: string;
    notAtBoot(who: string, pid: number): string;
    readonly enable: string;
    runs(who: string, pid: number): string;
  };
  readonly daemon: {
    notAsked(why: string): string;
    readonly seeService: string;
  };
  readonly config: {
    unusable(path: string, why: string): string;
    readonly sayAsService: string;
    readonly mend: string;
  };
  readonly browsers: {
    trusting(count: number): string;
    ofUser(browser: string, user: string): string;
    because(browser: string, why: string): string;
    distrusting(who: string): string;
    readonly installAgain: string;
    notLetIn(browser: string, origins: string, where: string): string;
    askingFirst(browsers: string): string;
    lettingIn(origins: string): string;
  };
};
