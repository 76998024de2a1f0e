const NAME = "apex-found";

/** Where the words stand in the text of an element, ignoring case. */
export function rangesOf(element: Node, words: string[]): Range[] {
  const wanted = [...new Set(words.map((word) => word.trim().toLowerCase()))].filter(Boolean);
  if (wanted.length === 0) return [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const ranges: Range[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.nodeValue ?? "").toLowerCase();
    for (const word of wanted) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        ranges.push(range);
      }
    }
  }
  return ranges;
}

/** Marks the words in an element without touching its nodes; returns how to take the marks away. */
export function markWords(element: Element, words: string[]): () => void {
  // A browser without the CSS Custom Highlight API shows the message all the same.
  if (!("highlights" in CSS)) return () => undefined;
  const ranges = rangesOf(element, words);
  if (ranges.length > 0) CSS.highlights.set(NAME, new Highlight(...ranges));
  return () => CSS.highlights.delete(NAME);
}
