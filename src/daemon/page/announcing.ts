import { keep } from "./live.ts";

/** What a screen reader says next, without anybody going there. */
export const announcement = keep("");

/** The same words once more are said once more: an invisible mark tells them apart. */
export function announce(text: string): void {
  announcement.set(announcement.current() === text ? `${text}\u200b` : text);
}
