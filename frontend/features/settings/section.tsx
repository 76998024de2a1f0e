import type { ReactNode } from "react";

/** One matter of the settings page: what it is on the left, what can be done on the right. */
export function Section({
  title,
  says,
  children,
}: {
  title: string;
  says: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={title}
      className="grid gap-4 border-t py-7 first:border-t-0 first:pt-1 md:grid-cols-[15rem_1fr] md:gap-8"
    >
      <div>
        <h2 className="text-[0.9375rem] font-semibold">{title}</h2>
        <p className="mt-1 text-[0.8125rem] leading-relaxed text-ink-3">{says}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

export function Loading({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="h-16 animate-breathe rounded-xl bg-sunken" />
  );
}

export function Trouble({ text }: { text: string }) {
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      {text}
    </p>
  );
}
