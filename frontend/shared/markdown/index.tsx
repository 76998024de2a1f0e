"use client";

import dynamic from "next/dynamic";

/** The renderer comes after the page: until then the text stands as it is. */
export const Markdown = dynamic(() => import("./markdown").then((module) => module.Markdown), {
  ssr: false,
});
