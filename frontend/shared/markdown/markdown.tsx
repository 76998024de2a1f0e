"use client";

import remend from "remend";
import { memo, useMemo, useRef } from "react";
import { BlockSplitter, lex } from "./lexer";
import { Blocks } from "./render";

/** One block, drawn again only when its own text changes. */
const Block = memo(function Block({ source, growing }: { source: string; growing: boolean }) {
  const tokens = useMemo(() => lex(growing ? remend(source) : source), [source, growing]);
  return <Blocks tokens={tokens} growing={growing} />;
});

/** Markdown without raw HTML. While `streaming`, unfinished marks at the end are closed for show. */
export const Markdown = memo(function Markdown({
  text,
  streaming = false,
}: {
  text: string;
  streaming?: boolean;
}) {
  const splitter = useRef<BlockSplitter>(null);
  // The splitter is a cache of the text: the same text always gives the same blocks.
  const blocks = (splitter.current ??= new BlockSplitter()).split(text);
  return (
    <div className="prose-chat">
      {blocks.map((source, index) => (
        <Block key={index} source={source} growing={streaming && index === blocks.length - 1} />
      ))}
    </div>
  );
});
