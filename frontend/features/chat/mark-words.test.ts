// @vitest-environment jsdom
import { expect, it } from "vitest";
import { rangesOf } from "./mark-words";

it("GLD-1 finds the words of a search in a message, whatever their case and however it is drawn", () => {
  const element = document.createElement("div");
  element.innerHTML = "<p>Pools leak; a <b>POOL</b> never.</p><code>pool.close()</code>";
  const found = rangesOf(element, ["pool", "leak", "pool", " "]).map(String);
  expect(found).toEqual(["Pool", "leak", "POOL", "pool"]);
  expect(rangesOf(element, [])).toEqual([]);
});
