// Charts over time. Pixels are no money: these alone work with inexact numbers.

import uPlot from "./uplot.js";
import { h } from "./preact.js";
import { useEffect, useRef, useState } from "./hooks.js";

export const PALETTE = 8;

/** A colour of the style sheet, so that charts follow light and dark. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

/** Told whenever the colours change. */
function useScheme() {
  const [scheme, setScheme] = useState(0);
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setScheme((before) => before + 1);
    media.addEventListener("change", changed);
    document.addEventListener("themechange", changed);
    return () => {
      media.removeEventListener("change", changed);
      document.removeEventListener("themechange", changed);
    };
  }, []);
  return scheme;
}

/**
 * A chart.
 *
 * @param label what it shows, for those who do not see it
 * @param data what uPlot takes: times in seconds, then the values of each series
 * @param options makes uPlot's options
 */
export function Chart({ label, data, options, height = 260, signature = "" }) {
  const box = useRef(null);
  const plot = useRef(null);
  const scheme = useScheme();

  useEffect(() => {
    const element = box.current;
    const size = () => ({ width: Math.max(240, element.clientWidth), height });
    plot.current = new uPlot({ ...size(), ...options() }, data, element);
    const observer = new ResizeObserver(() => plot.current?.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current.destroy();
      plot.current = null;
    };
  }, [scheme, signature, height]);

  useEffect(() => plot.current?.setData(data), [data]);

  return h("div", { class: "chart", role: "img", "aria-label": label, ref: box });
}

const axis = () => ({
  stroke: colour("muted"),
  grid: { stroke: colour("line"), width: 1 },
  ticks: { stroke: colour("line"), width: 1 },
  font: "12px system-ui, sans-serif",
});

/** Dollars on an axis: as many digits as the step needs. */
export function axisDollars(_, splits) {
  const step = splits.length > 1 ? Math.abs(splits[1] - splits[0]) : 1;
  const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(step || 1)) + (step < 1 ? 1 : 0)));
  return splits.map((value) => "$" + value.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
}

export const axes = () => [axis(), { ...axis(), size: 76, values: axisDollars }];

/** Options that all charts have: no legend and no dragging, which the keyboard could not do. */
export const usual = () => ({
  legend: { show: false },
  cursor: { show: false },
  axes: axes(),
  scales: { x: { time: true }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.05 : 1] } },
});

/** Bars that stand on each other: the series' values become sums, the last one drawn first. */
export function stacked(series) {
  const sums = [];
  const length = series[0]?.length ?? 0;
  let below = new Array(length).fill(0);
  for (const values of series) {
    below = values.map((value, at) => value + below[at]);
    sums.push(below);
  }
  return sums;
}

/** The options of a stacked chart of these series, each bar of which stands for so many seconds. */
export function bars(names, step, from, to) {
  const drawn = uPlot.paths.bars({ size: [0.9, 60], gap: 1 });
  return () => ({
    ...usual(),
    scales: { ...usual().scales, x: { time: true, range: () => [from - step / 2, to + step / 2] } },
    series: [
      {},
      ...names
        .map((name, at) => ({ label: name, fill: colour("c" + (at % PALETTE)), stroke: colour("c" + (at % PALETTE)), width: 0, paths: drawn, points: { show: false } }))
        .reverse(),
    ],
  });
}
