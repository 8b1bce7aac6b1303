/** Pieces that several views are made of. */
import type { ComponentChildren } from "preact";
import type { Tone } from "./tones.ts";

/** A state in words. The mark beside it has a shape of its own for each tone: colour alone tells nothing to many. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      <span class="badge-mark" aria-hidden="true" />
      {children}
    </span>
  );
}

/** A heading of a view. It gets the focus when somebody goes there. */
export function Title({
  children,
  aside,
}: {
  readonly children: ComponentChildren;
  readonly aside?: ComponentChildren;
}) {
  return (
    <div class="title">
      <h1 tabIndex={-1}>{children}</h1>
      {aside === undefined ? null : <p class="title-aside">{aside}</p>}
    </div>
  );
}

/** Where there is nothing to show, why that is so. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children === undefined ? null : <p>{children}</p>}
    </div>
  );
}

/** Something that went wrong, said at once. */
export function Fault({ text }: { readonly text: string | undefined }) {
  return (
    <div role="alert" class={text === undefined ? "no-fault" : "fault"}>
      {text}
    </div>
  );
}

/** What the daemon says to technicians, which is English in every language of the page. */
export function TechnicalLine({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="technical" lang="en">
      {children}
    </p>
  );
}

/** Names and values. What is not known is not shown. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  const known = facts.filter(([, value]) => value !== undefined && value !== "" && value !== null);
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
