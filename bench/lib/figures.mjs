// Small arithmetic on figures.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of each field over runs of the same thing. */
export function medians(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}

/** Runs alternate ours, ceiling, ours, ceiling …, so each pair saw the same machine: the median of the pairs' ratios. */
export function ratios(ours, ceiling) {
  const all = ours.map((run, i) => run.perSecond / ceiling[i].perSecond);
  return { median: median(all), least: Math.min(...all), most: Math.max(...all) };
}

/** 1234.5 → "1,235"; small ones keep digits. */
export function number(value, digits = value < 10 ? 2 : value < 100 ? 1 : 0) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const milliseconds = (us) => number(us / 1000, us < 10_000 ? 2 : 1);
