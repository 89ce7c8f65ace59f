/** Markdown cells as HTML: headings, lists, tables, quotes, code, emphasis, links. HTML in them is shown as text. */
import { escapeHtml } from "./html-text.js";

const RULES: readonly (readonly [RegExp, (...groups: string[]) => string])[] = [
  [/!\[([^\]]*)\]\(([^)\s]+)[^)]*\)/g, (_, label = "", target = "") => link(target, label || target)],
  [/\[([^\]]+)\]\(([^)\s]+)[^)]*\)/g, (_, label = "", target = "") => link(target, label)],
  [/\*\*(?=\S)([^*]+?)\*\*/g, (_, text = "") => `<strong>${text}</strong>`],
  [/(?<!\w)__(?=\S)([^_]+?)__(?!\w)/g, (_, text = "") => `<strong>${text}</strong>`],
  [/\*(?=\S)([^*]+?)\*/g, (_, text = "") => `<em>${text}</em>`],
  [/(?<!\w)_(?=\S)([^_]+?)_(?!\w)/g, (_, text = "") => `<em>${text}</em>`],
  [/~~(?=\S)([^~]+?)~~/g, (_, text = "") => `<del>${text}</del>`],
];

export function markdownHtml(text: string): string {
  const lines = text.split("\n");
  const blocks: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const [html, next] = block(lines, i);
    if (html !== "") blocks.push(html);
    i = next;
  }
  return blocks.join("\n");
}

/** The block that begins at a line, and the line after it. */
function block(lines: readonly string[], at: number): readonly [html: string, next: number] {
  const line = lines[at] ?? "";
  const fence = /^\s*(```|~~~)/.exec(line);
  if (fence) return codeBlock(lines, at, fence[1] ?? "");
  if (line.trim() === "") return ["", at + 1];
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) {
    const level = Math.min(6, (heading[1] ?? "").length + 1);
    return [`<h${level}>${inline(heading[2] ?? "")}</h${level}>`, at + 1];
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return ["<hr>", at + 1];
  if (/^\s*\|.*\|\s*$/.test(line) && /^[\s|:-]+$/.test(lines[at + 1] ?? "")) return table(lines, at);
  if (/^\s*>/.test(line)) {
    const end = endOf(lines, at, (one) => /^\s*>/.test(one));
    const inner = lines.slice(at, end).map((one) => one.replace(/^\s*> ?/, ""));
    return [`<blockquote>${markdownHtml(inner.join("\n"))}</blockquote>`, end];
  }
  if (ITEM.test(line)) return list(lines, at);
  const end = endOf(
    lines,
    at,
    (one, i) => one.trim() !== "" && (i === at || !/^(#{1,6}\s|\s*(```|~~~|>|[-*+]\s))/.test(one)),
  );
  return [`<p>${inline(lines.slice(at, end).join("\n"))}</p>`, end];
}

function endOf(lines: readonly string[], from: number, belongs: (line: string, i: number) => boolean): number {
  let end = from;
  while (end < lines.length && belongs(lines[end] ?? "", end)) end += 1;
  return end;
}

function codeBlock(lines: readonly string[], at: number, fence: string): readonly [string, number] {
  const end = endOf(lines, at + 1, (line) => !line.trim().startsWith(fence));
  return [`<pre><code>${escapeHtml(lines.slice(at + 1, end).join("\n"))}</code></pre>`, end + 1];
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

/** Items of one depth; deeper ones are a list inside their item. */
function list(lines: readonly string[], at: number): readonly [string, number] {
  const [, indent = "", bullet = ""] = ITEM.exec(lines[at] ?? "") ?? [];
  const tag = /\d/.test(bullet) ? "ol" : "ul";
  const items: string[] = [];
  let i = at;
  for (;;) {
    const found = ITEM.exec(lines[i] ?? "");
    if (!found || (found[1] ?? "").length !== indent.length) break;
    i += 1;
    let inner = "";
    const deeper = ITEM.exec(lines[i] ?? "");
    if (deeper && (deeper[1] ?? "").length > indent.length) [inner, i] = list(lines, i);
    items.push(`<li>${inline(found[3] ?? "")}${inner}</li>`);
  }
  return [`<${tag}>${items.join("")}</${tag}>`, i];
}

function table(lines: readonly string[], at: number): readonly [string, number] {
  const end = endOf(lines, at, (line) => /^\s*\|.*\|\s*$/.test(line));
  const row = (line: string, tag: string) => {
    const cells = line.trim().slice(1, -1).split("|");
    return `<tr>${cells.map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`).join("")}</tr>`;
  };
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  return [`<table><thead>${row(lines[at] ?? "", "th")}</thead><tbody>${body.join("")}</tbody></table>`, end];
}

/** What stands in backticks is left as it is. */
function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((piece) => (/^`[^`]+`$/.test(piece) ? `<code>${escapeHtml(piece.slice(1, -1))}</code>` : emphasised(piece)))
    .join("");
}

function emphasised(text: string): string {
  return RULES.reduce((html, [pattern, written]) => html.replace(pattern, written), escapeHtml(text));
}

/** An image is a link to it: a page loads nothing by itself. Of other schemes only the label is shown. */
function link(target: string, label: string): string {
  return /^(https?:|mailto:|#|\.{0,2}\/)/i.test(target)
    ? `<a href="${target}" rel="noopener noreferrer">${label}</a>`
    : label;
}
