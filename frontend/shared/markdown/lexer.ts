import { Marked, type Token, type Tokens } from "marked";

export interface MathToken extends Tokens.Generic {
  type: "math";
  raw: string;
  formula: string;
  display: boolean;
}

/** `$$…$$` and `\[…\]` on lines of their own. */
const DISPLAY = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/;
/** `$…$` as in pandoc: no space inside the dollars, no digit after them; `\(…\)`; `$$…$$` within a line. */
const INLINE =
  /^(?:\$\$((?:\\.|[^\\$])+?)\$\$|\$(?!\s)((?:\\.|[^\\$\n])+?)(?<!\s)\$(?!\d)|\\\(((?:[^\\]|\\(?!\)))+?)\\\))/;

function math(raw: string, formula: string, display: boolean): MathToken {
  return { type: "math", raw, formula: formula.trim(), display };
}

const marked = new Marked({
  gfm: true,
  extensions: [
    {
      name: "math",
      level: "block",
      start: (source: string) => source.search(/\$\$|\\\[/),
      tokenizer(source: string) {
        const match = DISPLAY.exec(source);
        return match ? math(match[0], match[1] ?? match[2] ?? "", true) : undefined;
      },
    },
    {
      name: "math",
      level: "inline",
      start: (source: string) => source.search(/\$|\\\(/),
      tokenizer(source: string) {
        const match = INLINE.exec(source);
        if (!match) return undefined;
        return math(match[0], match[1] ?? match[2] ?? match[3] ?? "", match[1] !== undefined);
      },
    },
  ],
});

/** The tokens of a piece of markdown; nothing is ever rendered to HTML text. */
export function lex(source: string): Token[] {
  return marked.lexer(source);
}

/**
 * Cuts a growing text into top-level blocks. All but the last two are settled and not looked at again, so an answer of
 * any length costs only its tail per update.
 */
export class BlockSplitter {
  #settled: string[] = [];
  #settledLength = 0;
  #source = "";

  split(source: string): string[] {
    if (!source.startsWith(this.#source.slice(0, this.#settledLength))) this.#restart();
    this.#source = source;
    const tail = lex(source.slice(this.#settledLength)).filter((token) => token.raw !== "");
    const blocks = tail.map((token) => token.raw);
    const settle = blocks.length - 2;
    for (const raw of blocks.slice(0, Math.max(0, settle))) {
      this.#settled.push(raw);
      this.#settledLength += raw.length;
    }
    return [...this.#settled, ...blocks.slice(Math.max(0, settle))].filter(
      (raw) => raw.trim() !== "",
    );
  }

  #restart(): void {
    this.#settled = [];
    this.#settledLength = 0;
  }
}
