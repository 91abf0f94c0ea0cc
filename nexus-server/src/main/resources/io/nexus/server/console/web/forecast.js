// When a budget will be spent if its spend goes on. A forecast is no account: it works with inexact numbers.

import { dollars } from "./money.js";

const HOUR = 3600;

/**
 * The forecast of a budget.
 *
 * @param hours its spend by the hour, the oldest first, [seconds, dollars]; none to go by the average alone
 * @return null while there is too little to go by; else dollars a second (low, mean, high), the spend at the
 *     reset, and the second at which the limit is reached, null where that comes after the reset
 */
export function forecast(budget, hours = [], now = Date.now() / 1000) {
  const start = Date.parse(budget.cycle_start) / 1000;
  const end = budget.resets_at ? Date.parse(budget.resets_at) / 1000 : null;
  const spent = dollars(budget.spent);
  const first = hours.find(([, value]) => value > 0)?.[0] ?? start;
  const elapsed = now - Math.max(start, first);
  if (spent <= 0 || elapsed < 60) return null;
  const rates = [spent / elapsed];
  for (const span of [24 * HOUR, 6 * HOUR]) {
    const part = hours.filter(([at]) => at >= now - span - HOUR);
    if (part.length && elapsed > span) rates.push(part.reduce((sum, [, value]) => sum + value, 0) / (now - Math.min(...part.map(([at]) => at))));
  }
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const low = rates.length > 1 ? Math.min(...rates) : mean * 0.8;
  const high = rates.length > 1 ? Math.max(...rates) : mean * 1.2;
  const left = dollars(budget.limit) - spent;
  const reached = (rate) => {
    if (left <= 0) return now;
    const at = rate > 0 ? now + left / rate : Infinity;
    return Number.isFinite(at) && (end === null || at < end) && at - now < 10 * 365 * 24 * HOUR ? at : null;
  };
  const atReset = (rate) => (end === null ? null : spent + rate * (end - now));
  return {
    low,
    mean,
    high,
    exhausted: reached(mean),
    earliest: reached(high),
    latest: reached(low),
    atReset: [atReset(low), atReset(mean), atReset(high)],
    end,
  };
}
