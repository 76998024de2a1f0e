"use client";

import { useEffect, useRef } from "react";
import type uPlot from "uplot";

export interface Day {
  day: string;
  inputTokens: number;
  outputTokens: number;
}

/** Every day of the range, those without calls as zero. */
export function everyDay(from: string, to: string, days: Day[]): Day[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const all: Day[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
    const day = new Date(time).toISOString().slice(0, 10);
    all.push(known.get(day) ?? { day, inputTokens: 0, outputTokens: 0 });
  }
  return all;
}

const HALF_DAY = 43_200;
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(plot: typeof uPlot, width: number): uPlot.Options {
  const axis = {
    stroke: () => colour("--ink-3"),
    font: `12px ${colour("--sans")}`,
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { show: false },
  };
  const bars = (align: -1 | 1) => plot.paths.bars?.({ size: [0.38, 22], radius: 0.3, align });
  return {
    width,
    height: 260,
    // The last day's name is wider than half its bar.
    padding: [12, 20, 0, 0],
    cursor: { y: false, points: { show: false } },
    legend: { show: false },
    scales: {
      x: { time: true, range: (_, min, max) => [min - HALF_DAY, max + HALF_DAY] },
      y: { range: (_, __, max) => [0, Math.max(10, max * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false } },
      { ...axis, size: 56, values: (_, values) => values.map((value) => short.format(value)) },
    ],
    series: [
      { value: (_, time) => (time == null ? "" : new Date(time * 1000).toDateString()) },
      {
        label: "Read",
        fill: () => colour("--accent-line"),
        ...(bars(-1) ? { paths: bars(-1) as uPlot.Series.PathBuilder } : {}),
        points: { show: false },
        value: (_, value) => (value == null ? "" : value.toLocaleString("en")),
      },
      {
        label: "Written",
        fill: () => colour("--accent"),
        ...(bars(1) ? { paths: bars(1) as uPlot.Series.PathBuilder } : {}),
        points: { show: false },
        value: (_, value) => (value == null ? "" : value.toLocaleString("en")),
      },
    ],
  };
}

/** Tokens per day; the plotting library comes with the first chart. */
export function TokensChart({ days }: { days: Day[] }) {
  const host = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let chart: uPlot | undefined;
    let gone = false;
    const element = host.current;
    if (element === null) return;
    const resize = new ResizeObserver(() => {
      chart?.setSize({ width: element.clientWidth, height: 260 });
    });
    const repaint = new MutationObserver(() => chart?.redraw());
    async function draw(target: HTMLElement) {
      const [{ default: Plot }] = await Promise.all([
        import("uplot"),
        import("uplot/dist/uPlot.min.css"),
      ]);
      if (gone) return;
      const times = days.map(({ day }) => Date.parse(`${day}T12:00:00`) / 1000);
      chart = new Plot(
        options(Plot, target.clientWidth),
        [times, days.map((day) => day.inputTokens), days.map((day) => day.outputTokens)],
        target,
      );
      resize.observe(target);
      repaint.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    }
    void draw(element);
    return () => {
      gone = true;
      resize.disconnect();
      repaint.disconnect();
      chart?.destroy();
    };
  }, [days]);

  return (
    <figure aria-label="Tokens per day">
      <figcaption aria-hidden className="mb-2 flex gap-5 text-[0.8125rem] text-ink-2">
        <span className="flex items-center gap-2">
          <span className="size-2.5 rounded-sm bg-accent-line" /> Read
        </span>
        <span className="flex items-center gap-2">
          <span className="size-2.5 rounded-sm bg-accent" /> Written
        </span>
      </figcaption>
      <div ref={host} aria-hidden className="min-h-[260px]" />
      <table className="sr-only">
        <caption>Tokens per day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Read</th>
            <th scope="col">Written</th>
          </tr>
        </thead>
        <tbody>
          {days
            .filter((day) => day.inputTokens + day.outputTokens > 0)
            .map((day) => (
              <tr key={day.day}>
                <th scope="row">{day.day}</th>
                <td>{day.inputTokens}</td>
                <td>{day.outputTokens}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}
