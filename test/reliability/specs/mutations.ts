/** Job specs as they go wrong in real life and in nobody's: text cut, doubled and swapped; values of the wrong kind; keys that are not there. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what bundles are written with
import { stringify } from "yaml";

type Random = () => number;

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 60,
  "",
  " ",
  "{{job.start_time}}",
  "{{tasks.a.values.k}}",
  "${var.x}",
  "${resources.jobs.a.id}",
  "${".repeat(20),
  "{{".repeat(20),
  "../../etc/passwd",
  "'; DROP TABLE t; --",
  "\u0000\u202e🦊",
  "x".repeat(5000),
  [],
  {},
  [[[[]]]],
  { task_key: "a" },
  ["a", 1, null],
  "0 0 2 * * *",
  "* * *",
];
const KEYS = [
  "task_key",
  "depends_on",
  "constructor",
  "__proto__",
  "toString",
  "on",
  "1",
  "",
  "tasks",
  "taks",
  "new_cluster",
  "run_if",
  "😀",
];
const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  '"',
  "'",
  "\n",
  "\t",
  "- ",
  "&a ",
  "*a",
  "<<: ",
  "!!js/function ",
  "#",
  "|",
  ">",
  "%",
  "@",
  "`",
  "\\",
  "\u0000",
  "---\n",
  "?",
];

function pick<Item>(items: readonly Item[], next: Random): Item {
  const found = items[Math.floor(next() * items.length)];
  if (found === undefined && items.length === 0) throw new Error("nothing to pick from");
  return found as Item;
}

/** A spec as the text of a file, mutated in its structure, then maybe in its text. */
export function mutatedSpec(
  spec: unknown,
  next: Random,
): { readonly text: string; readonly extension: "json" | "yml" } {
  let value: unknown = structuredClone(spec);
  const changes = Math.floor(next() * 3);
  for (let i = 0; i < changes; i++) value = changed(value, next);
  const extension = next() < 0.5 ? "json" : "yml";
  let text = extension === "json" ? JSON.stringify(value, undefined, 2) : stringify(value);
  const cuts = next() < 0.25 ? 1 + Math.floor(next() * 3) : 0;
  for (let i = 0; i < cuts; i++) text = cutText(text, next);
  return { text, extension };
}

function changed(value: unknown, next: Random): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || next() < 0.1) return pick(STRANGE, next);
    const at = Math.floor(next() * value.length);
    if (next() < 0.1) return [...value, value[at]];
    if (next() < 0.1) return value.filter((_, i) => i !== at);
    return value.map((item, i) => (i === at ? changed(item, next) : item));
  }
  if (value === null || typeof value !== "object") return pick(STRANGE, next);
  const entries = Object.entries(value);
  if (entries.length === 0 || next() < 0.05) return pick(STRANGE, next);
  const at = Math.floor(next() * entries.length);
  const [key, inner] = entries[at] ?? ["", undefined];
  const way = next();
  if (way < 0.1) return Object.fromEntries(entries.filter((_, i) => i !== at));
  if (way < 0.2) return Object.fromEntries([...entries, [pick(KEYS, next), pick(STRANGE, next)]]);
  if (way < 0.3) return Object.fromEntries(entries.map((entry, i) => (i === at ? [`${key}x`, inner] : entry)));
  return Object.fromEntries(entries.map((entry, i) => (i === at ? [key, changed(inner, next)] : entry)));
}

function cutText(text: string, next: Random): string {
  const at = Math.floor(next() * text.length);
  const length = Math.floor(next() * 20);
  const way = next();
  if (way < 0.25) return text.slice(0, at) + text.slice(at + length);
  if (way < 0.5) return text.slice(0, at) + pick(PIECES, next) + text.slice(at);
  if (way < 0.65) return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
  if (way < 0.75) return text.slice(0, at);
  const lines = text.split("\n");
  const line = Math.floor(next() * lines.length);
  const other = lines[Math.floor(next() * lines.length)] ?? "";
  if (way < 0.9) return lines.map((one, i) => (i === line ? other : one)).join("\n");
  return lines.map((one, i) => (i === line ? ` ${one}` : one)).join("\n");
}
