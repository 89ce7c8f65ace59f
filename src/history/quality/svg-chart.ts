/** Plots as SVG inside a page: no script, no file of another's, colours by the page's classes, each mark told in words too. */
import { escapeHtml } from "../html/html-text.js";

const HEIGHT = 40;
const WIDTH = 240;
/** So that a bar of nothing can be seen, and touched. */
const LEAST = 3;

/** Fewer bars are not made any broader. */
const FEWEST = 12;

export interface Bar {
  readonly value: number;
  /** Shown while a pointer rests on it, and read aloud. */
  readonly label: string;
  /** A class of the page: what colour it has. */
  readonly tone: string;
}

/** One bar beside the other, the tallest as tall as the plot. @param name what the plot is of */
export function barChart(bars: readonly Bar[], name: string): string {
  if (bars.length === 0) return "";
  const tallest = Math.max(...bars.map((one) => (Number.isFinite(one.value) ? one.value : 0)), 0);
  const step = WIDTH / Math.max(bars.length, FEWEST);
  const gap = Math.min(2, step / 4);
  const marks = bars.map(({ value, label, tone }, i) => {
    const share = tallest > 0 && Number.isFinite(value) ? Math.max(0, value) / tallest : 0;
    const height = Math.max(LEAST, share * HEIGHT);
    const box = `x="${fixed(i * step)}" y="${fixed(HEIGHT - height)}" width="${fixed(step - gap)}" height="${fixed(height)}"`;
    return `<rect class="${tone}" ${box}><title>${escapeHtml(label)}</title></rect>`;
  });
  return picture(marks.join(""), name);
}

/** Parts of a whole, side by side; nothing where there is no whole. */
export function shareBar(parts: readonly Bar[], name: string): string {
  const whole = parts.reduce((sum, one) => sum + Math.max(0, one.value), 0);
  if (whole <= 0) return "";
  let from = 0;
  const marks = parts
    .filter((one) => one.value > 0)
    .map(({ value, label, tone }) => {
      // A part of one row in a million is there, too.
      const width = Math.max(1.5, (value / whole) * WIDTH);
      const mark = `<rect class="${tone}" x="${fixed(Math.min(from, WIDTH - width))}" y="0" width="${fixed(width)}" height="10"><title>${escapeHtml(label)}</title></rect>`;
      from += (value / whole) * WIDTH;
      return mark;
    });
  return `<svg class="share" viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(name)}">${marks.join("")}</svg>`;
}

function picture(marks: string, name: string): string {
  return `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(name)}">${marks}</svg>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
