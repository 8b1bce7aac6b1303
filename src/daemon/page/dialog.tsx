import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

/**
 * A question in front of everything else. The browser's own dialog keeps the focus inside, closes with Escape and gives the
 * focus back to where it was.
 */
export function Dialog(props: {
  readonly title: string;
  readonly children: ComponentChildren;
  /** It was closed, in whatever way. */
  readonly closed: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  // Its own end is told a moment later, when another question may stand in its place.
  const isGone = useRef(false);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      isGone.current = true;
      shown?.close();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={() => !isGone.current && props.closed()}>
      <h2 id={title}>{props.title}</h2>
      {props.children}
    </dialog>
  );
}
