import { characterWidth, textWidth } from "../text-width.ts";

/** One line that tells what is going on, as it goes on. */
export type LiveLine = {
  /** What is going on now; `untilMs` is when it has to be over, in the time of `nowMs`. */
  show(text: string, untilMs?: number): void;
  /** A line for people that stays. */
  note(text: string): void;
  stop(): void;
};

type Screen = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  on?(event: "resize", listener: () => void): unknown;
  off?(event: "resize", listener: () => void): unknown;
};

export type LiveLinePorts = {
  readonly screen: Screen;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  nowMs(): number;
  /** @returns what ends it */
  every(ms: number, work: () => void): () => void;
  /** Writes a line for people. */
  note(text: string): void;
};

const DRAW_EVERY_MS = 100;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const PLAIN_FRAMES = ["-", "\\", "|", "/"];
const ESCAPE = String.fromCharCode(27);
const CLEAR = `\r${ESCAPE}[J`;

/**
 * A moving line on a terminal, and a plain line for each new thing elsewhere. It never hides the cursor, so that nothing has to be
 * put right however the command ends.
 */
export function openLiveLine(ports: LiveLinePorts): LiveLine {
  return isMoving(ports) ? movingLine(ports) : plainLines(ports);
}

export function isMoving({ screen, environment }: LiveLinePorts): boolean {
  const isAutomatic = (environment["CI"] ?? "") !== "" && environment["CI"] !== "false";
  return screen.isTTY === true && environment["TERM"] !== "dumb" && !isAutomatic;
}

function plainLines({ note }: LiveLinePorts): LiveLine {
  return { show: (text) => note(`  ${text}`), note, stop: () => {} };
}

function movingLine({ screen, environment, platform, nowMs, every, note }: LiveLinePorts): LiveLine {
  const frames = hasBraille(environment, platform) ? FRAMES : PLAIN_FRAMES;
  let now: { readonly text: string; readonly untilMs: number | undefined } | undefined;
  let [frame, drawnWidth] = [0, 0];
  let end: (() => void) | undefined;

  /** After a change of the terminal's size the line may have become several. */
  const clear = () => {
    const rows = Math.max(1, Math.ceil(drawnWidth / columnsOf(screen)));
    if (drawnWidth > 0) screen.write((rows > 1 ? `${ESCAPE}[${rows - 1}A` : "") + CLEAR);
    drawnWidth = 0;
  };
  const draw = () => {
    if (now === undefined) return;
    const left = now.untilMs === undefined ? undefined : Math.ceil((now.untilMs - nowMs()) / 1_000);
    const time = left === undefined || left <= 0 ? "" : ` (${left} s left)`;
    const room = columnsOf(screen) - 1 - textWidth(time) - 2;
    const line = `${frames[frame % frames.length] ?? ""} ${cutTo(now.text, Math.max(0, room))}${time}`;
    clear();
    screen.write(line);
    drawnWidth = textWidth(line);
  };
  const redraw = () => draw();
  return {
    show: (text, untilMs) => {
      now = { text, untilMs };
      if (end === undefined) {
        const stopDrawing = every(DRAW_EVERY_MS, () => {
          frame += 1;
          draw();
        });
        screen.on?.("resize", redraw);
        end = () => {
          stopDrawing();
          screen.off?.("resize", redraw);
        };
      }
      draw();
    },
    note: (text) => {
      clear();
      note(text);
      draw();
    },
    stop: () => {
      end?.();
      end = undefined;
      now = undefined;
      clear();
    },
  };
}

/** A serial console and some containers' terminals say that they have none. */
function columnsOf({ columns }: Screen): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}

/** It is in every font of a terminal that says that it reads UTF-8, and in the newer ones of Windows. */
function hasBraille(environment: LiveLinePorts["environment"], platform: NodeJS.Platform): boolean {
  if (platform === "win32") return environment["WT_SESSION"] !== undefined || environment["TERM_PROGRAM"] !== undefined;
  const locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].find((name = "") => name !== "");
  return /utf-?8/i.test(locale ?? "");
}

/** No wide character is halved. */
function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let [cut, used, last] = ["", 0, 0];
  for (const character of text) {
    last = characterWidth(character, last);
    if (used + last > width - 1) break;
    cut += character;
    used += last;
  }
  return `${cut}…`;
}
