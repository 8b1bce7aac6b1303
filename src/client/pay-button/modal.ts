/**
 * Shows a dialog until its form is sent or it is dismissed (Escape, its button). The browser keeps the focus in it, and gives it
 * back to where it was.
 */
export function ask<Answer>(
  root: ShadowRoot,
  dialog: HTMLDialogElement,
  form: HTMLFormElement,
  answer: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    let asking = false;
    const end = (value: Answer | undefined) => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (asking) return;
      asking = true;
      void answer()
        .then((value) => {
          if (value !== undefined && dialog.open) end(value);
        })
        .finally(() => (asking = false));
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      end(undefined);
    });
    for (const dismiss of dialog.querySelectorAll("[data-dismiss]")) {
      dismiss.addEventListener("click", () => end(undefined));
    }
    root.append(dialog);
    dialog.showModal();
  });
}
