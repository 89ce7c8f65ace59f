/** How durations, counts and states are written in the terminal. */
import { stripVTControlCharacters, styleText } from "node:util";

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Colours where the stream is a terminal that wants them. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const wanted = stream.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== "dumb";
  return wanted ? (style, text) => styleText(style, text, { validateStream: false } as never) : (_, text) => text;
}

/** @example durationText(65_000) // "1 min 05 s" */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(Math.floor(seconds % 60))} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}

/** @example countText(1203, "row") // "1,203 rows" */
export function countText(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `1,234,567`. Node's own way loads the tables of all languages first, which takes longer than many a command. */
export function numberText(count: number): string {
  return String(count).replace(/(?<=^-?\d+)(?=(?:\d{3})+$)/g, ",");
}

export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - visibleWidth(text)));
}

export function visibleWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Cuts a painted line to the terminal's width, so that it stays one line. */
export function clip(text: string, columns: number): string {
  if (visibleWidth(text) <= columns) return text;
  let shown = "";
  let width = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  for (const piece of text.match(/\u001b\[[0-9;]*m|[\s\S]/g) ?? []) {
    const sequence = piece.length > 1;
    if (!sequence && ++width >= columns) break;
    shown += piece;
  }
  return shown.includes("\u001b") ? `${shown}\u001b[0m…` : `${shown}…`;
}

const STYLES: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  SUCCESS: "green",
  SUCCESS_WITH_FAILURES: "yellow",
  FAILED: "red",
  TIMEDOUT: "red",
  UPSTREAM_FAILED: "yellow",
  CANCELED: "yellow",
  UPSTREAM_CANCELED: "yellow",
  MAXIMUM_CONCURRENT_RUNS_REACHED: "yellow",
  RUNNING: "cyan",
};

export function stateText(state: string, paint: Paint): string {
  return paint(STYLES[state] ?? "dim", state);
}

export function symbolOf(state: string, paint: Paint): string {
  switch (state) {
    case "SUCCESS":
      return paint("green", "✔");
    case "FAILED":
    case "TIMEDOUT":
      return paint("red", "✖");
    case "EXCLUDED":
    case "DISABLED":
    case "SKIPPED":
      return paint("dim", "⊘");
    case "BLOCKED":
    case "PENDING":
      return paint("dim", "○");
    default:
      return paint("yellow", "◌");
  }
}
