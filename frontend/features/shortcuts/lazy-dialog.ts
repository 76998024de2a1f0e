"use client";

import dynamic from "next/dynamic";

/** Loaded when it is first asked for. */
export const ShortcutsDialog = dynamic(
  () => import("./dialog").then((module) => module.ShortcutsDialog),
  { ssr: false },
);
