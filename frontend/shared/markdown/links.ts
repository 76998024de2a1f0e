/** Only these leave the page; `javascript:`, `data:` and the rest become plain text. */
const SAFE = /^(https?:|mailto:|tel:)/i;

export function safeHref(href: string): string | undefined {
  const trimmed = href.trim();
  if (trimmed.startsWith("#") || /^\/(?![/\\])/.test(trimmed)) return trimmed;
  return SAFE.test(trimmed) ? trimmed : undefined;
}
