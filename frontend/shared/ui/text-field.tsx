"use client";

import { useId, type ComponentProps, type ReactNode } from "react";
import { cn } from "../lib/cn";

interface Props extends ComponentProps<"input"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  aside?: ReactNode;
}

export function TextField({ label, hint, error, aside, className, ...input }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <div className="mb-1.5 flex items-baseline justify-between">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {aside}
      </div>
      <input
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        className={cn(
          "h-10 w-full rounded-lg border bg-canvas px-3 text-[0.9375rem] transition-shadow outline-none placeholder:text-ink-3 focus:border-accent focus:ring-3 focus:ring-accent/20",
          error !== undefined && "border-danger",
        )}
        {...input}
      />
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={cn("mt-1.5 text-[0.8125rem]", error ? "text-danger" : "text-ink-3")}
        >
          {note}
        </p>
      )}
    </div>
  );
}
