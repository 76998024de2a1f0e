// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { act } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { ANSWER } from "@/test-support/demo";
import { BlockSplitter, lex } from "./lexer";
import { safeHref } from "./links";
import { Markdown } from "./markdown";

afterEach(cleanup);

/** Everything lazily loaded has arrived once this resolves. */
async function show(text: string, streaming = false) {
  const view = render(<Markdown text={text} streaming={streaming} />);
  await act(() => import("katex"));
  await act(() => import("./highlight"));
  return view;
}

describe("GLD-1 an answer as markdown", () => {
  it("GLD-1 draws headings, lists, tables, quotes, tasks and code", async () => {
    await show(ANSWER);
    expect(screen.getByRole("heading", { name: "What was measured" })).toBeTruthy();
    expect(screen.getAllByRole("row")).toHaveLength(3);
    expect(screen.getAllByRole("checkbox").map((box) => (box as HTMLInputElement).checked)).toEqual(
      [true, true, false],
    );
    expect(screen.getByLabelText("Code, java").textContent).toContain("inTransaction");
  });

  it("GLD-1 shows raw HTML as text and never as elements", async () => {
    const { container } = await show(
      'before <img src=x onerror=alert(1)> <b>bold</b>\n\n<script>alert(1)</script>\n\n<iframe src="x"></iframe>',
    );
    expect(container.querySelector("img, script, iframe, b")).toBeNull();
    expect(container.textContent).toContain("<script>alert(1)</script>");
  });

  it("GLD-1 makes no link of javascript: and data: addresses", async () => {
    const { container } = await show(
      "[a](javascript:alert(1)) [b](data:text/html,x) [c](JaVaScRiPt:alert(1)) [d](//evil.example) <javascript:alert(1)>",
    );
    expect(container.querySelectorAll("a")).toHaveLength(0);
    expect(safeHref(" java\nscript:alert(1)")).toBeUndefined();
    expect(safeHref("/\\evil.example")).toBeUndefined();
  });

  it("GLD-1 links leave without telling where from, and pictures are not fetched", async () => {
    const { container } = await show(
      "[site](https://example.org) ![pic](https://example.org/p.png)",
    );
    const links = [...container.querySelectorAll("a")];
    expect(links.map((link) => link.rel)).toEqual(links.map(() => "noopener noreferrer nofollow"));
    expect(container.querySelector("img")).toBeNull();
  });

  it("GLD-1 draws formulas, and leaves prices alone", async () => {
    const { container } = await show(
      "The mass $E = mc^2$ costs $5 and $6.\n\n$$\n\\int_0^1 x\n$$\n",
    );
    expect(container.querySelectorAll(".katex")).toHaveLength(2);
    expect(container.textContent).toContain("costs $5 and $6.");
  });

  it("GLD-1 a formula cannot bring in links or markup", async () => {
    const { container } = await show("$\\href{javascript:alert(1)}{x}$ $\\text{<img src=x>}$");
    expect(container.querySelector("a, img")).toBeNull();
  });

  it("GLD-1 colours code of a known language and leaves the rest as it is", async () => {
    const { container, rerender } = await show("```js\nconst a = 1;\n```");
    rerender(<Markdown text={"```js\nconst a = 2;\n```"} />);
    expect(container.querySelector(".hljs-keyword")?.textContent).toBe("const");
    rerender(<Markdown text={"```nosuchlanguage\nconst a = 3;\n```"} />);
    expect(container.querySelector(".hljs-keyword")).toBeNull();
  });

  it("GLD-1 closes unfinished marks for show while streaming", async () => {
    const { container } = await show("This is **half", true);
    expect(container.querySelector("strong")?.textContent).toBe("half");
  });
});

describe("GLD-1 a growing answer", () => {
  it("GLD-1 at every length the blocks are those of the whole text", () => {
    const splitter = new BlockSplitter();
    for (let end = 1; end <= ANSWER.length; end += 3) {
      const text = ANSWER.slice(0, end);
      expect(splitter.split(text).join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    }
    const whole = lex(ANSWER)
      .map((token) => token.raw)
      .filter((raw) => raw.trim() !== "");
    expect(splitter.split(ANSWER)).toEqual(whole);
  });

  it("GLD-1 starts over when the text is another one", () => {
    const splitter = new BlockSplitter();
    splitter.split("one\n\ntwo\n\nthree\n\nfour");
    expect(splitter.split("uno\n\ndos")).toEqual(["uno", "dos"]);
  });

  it("GLD-1 leaves the elements of settled blocks alone", async () => {
    const { container, rerender } = await show("First.\n\nSecond.\n\nThird.\n\nFou", true);
    const first = container.querySelector("p");
    rerender(<Markdown text={"First.\n\nSecond.\n\nThird.\n\nFourth grows."} streaming />);
    expect(container.querySelector("p")).toBe(first);
    expect(container.textContent).toContain("Fourth grows.");
  });
});
