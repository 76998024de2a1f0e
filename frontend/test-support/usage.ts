/** A plausible report for any span, the same one each time. */
export function usage(url: URL) {
  const from = url.searchParams.get("from") ?? "";
  const to = url.searchParams.get("to") ?? "";
  const counts = (n: number) => ({
    calls: 3 + (n % 9),
    failed: n % 11 === 0 ? 1 : 0,
    inputTokens: 900 + ((n * 7919) % 5200),
    outputTokens: 300 + ((n * 104_729) % 3100),
  });
  const byDay: ({ day: string } & ReturnType<typeof counts>)[] = [];
  for (let time = Date.parse(from), n = 1; time <= Date.parse(to); time += 86_400_000, n++) {
    if (n % 6 !== 0) byDay.push({ day: new Date(time).toISOString().slice(0, 10), ...counts(n) });
  }
  const sum = (of: (item: (typeof byDay)[number]) => number) =>
    byDay.reduce((total, item) => total + of(item), 0);
  const total = {
    calls: sum((item) => item.calls),
    failed: sum((item) => item.failed),
    inputTokens: sum((item) => item.inputTokens),
    outputTokens: sum((item) => item.outputTokens),
  };
  const models = [
    { model: "ollama/llama3.3", ...counts(40) },
    { model: "apex/guide", ...counts(15) },
  ];
  const items = url.searchParams.get("by") === "model" ? models : byDay;
  return { from, to, by: url.searchParams.get("by"), available: true, buffered: 0, total, items };
}
