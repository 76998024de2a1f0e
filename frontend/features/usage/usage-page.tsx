"use client";

import { useQueries } from "@tanstack/react-query";
import { ChartNoAxesColumn, CloudOff } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { sentence, type UsageReport } from "@/api-client";
import { useServices } from "@/features/session";
import { cn } from "@/shared/lib/cn";
import { Button } from "@/shared/ui/button";
import { PageFrame } from "@/shared/ui/page-frame";
import { everyDay, TokensChart } from "./chart";

const RANGES = [7, 30, 90];

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function Tile({ label, value, note }: { label: string; value: number; note?: string | undefined }) {
  return (
    <div className="rounded-2xl border bg-raised p-4">
      <dt className="text-[0.8125rem] text-ink-3">{label}</dt>
      <dd className="mt-1 text-[1.6rem] leading-none font-semibold tracking-[-0.03em] tabular-nums">
        {value.toLocaleString("en")}
      </dd>
      {note !== undefined && <dd className="mt-1.5 text-xs text-ink-3">{note}</dd>}
    </div>
  );
}

function ByModel({ report }: { report: UsageReport }) {
  const tokens = (item: UsageReport["items"][number]) => item.inputTokens + item.outputTokens;
  const rows = [...report.items].sort((a, b) => tokens(b) - tokens(a));
  const most = Math.max(1, ...rows.map(tokens));
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="text-left text-xs text-ink-3">
          <th scope="col" className="pb-2 font-medium">
            Model
          </th>
          <th scope="col" className="pb-2 text-right font-medium">
            Answers
          </th>
          <th scope="col" className="pb-2 text-right font-medium">
            Tokens
          </th>
        </tr>
      </thead>
      <tbody className="divide-y">
        {rows.map((item) => (
          <tr key={item.model}>
            <td className="py-2.5 pr-4">
              <span className="font-medium">{item.model}</span>
              <span
                aria-hidden
                className="mt-1.5 block h-1.5 rounded-full bg-accent"
                style={{ width: `${Math.max(2, (tokens(item) / most) * 100)}%` }}
              />
            </td>
            <td className="py-2.5 text-right tabular-nums">{item.calls.toLocaleString("en")}</td>
            <td className="py-2.5 pl-4 text-right tabular-nums">
              {tokens(item).toLocaleString("en")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="rounded-2xl border bg-raised p-5">
      <h2 className="mb-4 text-sm font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Report({ byDay, byModel }: { byDay: UsageReport; byModel: UsageReport }) {
  const { total } = byDay;
  const days = useMemo(
    () =>
      everyDay(
        byDay.from,
        byDay.to,
        byDay.items.map((item) => ({ ...item, day: item.day ?? "" })),
      ),
    [byDay],
  );
  if (!byDay.available) {
    return (
      <div role="status" className="flex gap-3 rounded-2xl border border-warn/30 bg-warn-soft p-4">
        <CloudOff aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
        <p className="text-sm text-ink-2">
          The usage store is away right now. Chat goes on, and what you use meanwhile is kept and
          counted later.
        </p>
      </div>
    );
  }
  if (total.calls === 0) {
    return (
      <div className="flex flex-col items-center gap-2 rounded-2xl border border-dashed py-16 text-center text-sm text-ink-3">
        <ChartNoAxesColumn aria-hidden className="size-7" strokeWidth={1.5} />
        <p>Nothing used in this time.</p>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Tile label="Answers" value={total.calls} />
        <Tile label="Tokens read" value={total.inputTokens} />
        <Tile label="Tokens written" value={total.outputTokens} />
        <Tile
          label="Failed"
          value={total.failed}
          note={`${((total.failed / total.calls) * 100).toFixed(1)} % of all`}
        />
      </dl>
      <Card title="Tokens per day">
        <TokensChart days={days} />
      </Card>
      <Card title="By model">
        <ByModel report={byModel} />
      </Card>
      {byDay.buffered > 0 && (
        <p className="text-xs text-ink-3">The latest answers may take a moment to be counted.</p>
      )}
    </div>
  );
}

export function UsagePage({ sidebarButton }: { sidebarButton: ReactNode }) {
  const { api } = useServices();
  const [days, setDays] = useState(30);
  const [today] = useState(() => Date.now());
  const range = { from: isoDay(today - (days - 1) * 86_400_000), to: isoDay(today) };
  const [byDay, byModel] = useQueries({
    queries: (["day", "model"] as const).map((by) => ({
      queryKey: ["usage", range, by],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.usage({ ...range, by }, signal),
    })),
  });
  const error = byDay?.error ?? byModel?.error;

  return (
    <PageFrame title="Usage" sidebarButton={sidebarButton}>
      <div role="group" aria-label="Time" className="mb-5 inline-flex rounded-xl bg-sunken p-1">
        {RANGES.map((range) => (
          <button
            key={range}
            type="button"
            aria-pressed={range === days}
            onClick={() => {
              setDays(range);
            }}
            className={cn(
              "rounded-lg px-3 py-1 text-[0.8125rem] font-medium",
              range === days ? "bg-raised text-ink shadow-card" : "text-ink-2 hover:text-ink",
            )}
          >
            {range} days
          </button>
        ))}
      </div>
      {byDay?.data && byModel?.data ? (
        <Report byDay={byDay.data} byModel={byModel.data} />
      ) : error ? (
        <div role="alert" className="rounded-2xl border bg-raised p-5 text-sm text-ink-2">
          <p>{sentence(error)}</p>
          <Button
            size="sm"
            className="mt-3"
            onClick={() => {
              void byDay?.refetch();
              void byModel?.refetch();
            }}
          >
            Try again
          </Button>
        </div>
      ) : (
        <div
          role="status"
          aria-label="Loading usage"
          className="grid animate-breathe grid-cols-2 gap-3 lg:grid-cols-4"
        >
          {[1, 2, 3, 4].map((tile) => (
            <div key={tile} className="h-[5.25rem] rounded-2xl bg-sunken" />
          ))}
        </div>
      )}
    </PageFrame>
  );
}
