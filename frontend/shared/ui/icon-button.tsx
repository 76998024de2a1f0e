import type { ComponentProps } from "react";
import { cn } from "../lib/cn";

interface Props extends ComponentProps<"button"> {
  label: string;
  /** Shown in the tooltip beside the label. */
  keys?: string;
  size?: "sm" | "md";
  side?: "top" | "bottom";
}

/** A button that shows only an icon: its name is read out, and shown by `Tips` on hover. */
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
    <button
      type={type}
      aria-label={label}
      data-tip={label}
      data-tip-keys={keys}
      data-tip-side={side}
      className={cn(
        "inline-grid shrink-0 place-items-center rounded-lg text-ink-3 transition-colors duration-100 hover:bg-sunken hover:text-ink disabled:pointer-events-none disabled:opacity-40 data-[state=open]:bg-sunken data-[state=open]:text-ink",
        size === "sm" ? "size-7 [&_svg]:size-[15px]" : "size-9 [&_svg]:size-[18px]",
        className,
      )}
      {...rest}
    />
  );
}
