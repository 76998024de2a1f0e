"use client";

import { Tooltip } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "../lib/cn";

interface Props extends ComponentProps<"button"> {
  label: string;
  /** Shown in the tooltip beside the label. */
  keys?: string;
  size?: "sm" | "md";
  side?: "top" | "bottom" | "left" | "right";
}

/** A button that shows only an icon: its name is read out and shown on hover. */
export function IconButton({
  label,
  keys,
  size = "md",
  side = "bottom",
  className,
  type = "button",
  ...rest
}: Props) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type={type}
          aria-label={label}
          className={cn(
            "inline-grid shrink-0 place-items-center rounded-lg text-ink-3 transition-colors duration-100 hover:bg-sunken hover:text-ink disabled:pointer-events-none disabled:opacity-40 data-[state=open]:bg-sunken data-[state=open]:text-ink",
            size === "sm" ? "size-7 [&_svg]:size-[15px]" : "size-9 [&_svg]:size-[18px]",
            className,
          )}
          {...rest}
        />
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          className="z-50 flex animate-fade items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs font-medium text-canvas"
        >
          {label}
          {keys !== undefined && (
            <kbd className="font-mono text-[0.6875rem] opacity-70">{keys}</kbd>
          )}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
