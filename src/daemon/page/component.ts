import type { ComponentType } from "preact";
import type { ViewProps } from "./view.ts";

/**
 * One place on the page. It begins with `<h1 tabindex="-1">`, which gets the focus when somebody goes there, and leaves the
 * landmarks to the shell: it is drawn inside `<main>`.
 */
export type View = ComponentType<ViewProps>;
