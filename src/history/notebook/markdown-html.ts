/** Markdown cells as HTML: headings, lists, tables, quotes, code, emphasis, links. HTML in them is shown as text. */
import { escapeHtml } from "../html/html-text.js";

/** Each stops at the next sign of its kind: text of any length costs its length. */
const EMPHASIS: readonly (readonly [RegExp, string])[] = [
  [/\*\*(?=\S)([^*]+?)\*\*/g, "strong"],
  [/(?<!\w)__(?=\S)([^_]+?)__(?!\w)/g, "strong"],
  [/\*(?=\S)([^*]+?)\*/g, "em"],
  [/(?<!\w)_(?=\S)([^_]+?)_(?!\w)/g, "em"],
  [/~~(?=\S)([^~]+?)~~/g, "del"],
];
const CODE = /`([^`]+)`/g;
const LINK = /!?\[([^[\]]{1,500})\]\(([^()\s]{1,2000})\)/g;
/** Quotes and lists in each other; deeper ones are text. */
const MAX_DEPTH = 20;

export function markdownHtml(text: string, depth = 0): string {
  const lines = text.split("\n");
  const blocks: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const [html, next] = block(lines, i, depth);
    if (html !== "") blocks.push(html);
    i = next;
  }
  return blocks.join("\n");
}

/** The block that begins at a line, and the line after it. */
function block(lines: readonly string[], at: number, depth: number): readonly [html: string, next: number] {
  const line = lines[at] ?? "";
  const fence = /^\s*(```|~~~)/.exec(line);
  if (fence) return codeBlock(lines, at, fence[1] ?? "");
  if (line.trim() === "") return ["", at + 1];
  const heading = /^(#{1,6})\s(.*)$/.exec(line);
  if (heading) {
    const level = Math.min(6, (heading[1] ?? "").length + 1);
    return [
      `<h${level}>${inline(
        (heading[2] ?? "")
          .trim()
          .replace(/(?<!#)#+$/, "")
          .trim(),
      )}</h${level}>`,
      at + 1,
    ];
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return ["<hr>", at + 1];
  if (isRow(line) && /^[\s|:-]+$/.test(lines[at + 1] ?? "")) return table(lines, at);
  if (/^\s*>/.test(line) && depth < MAX_DEPTH) {
    const end = endOf(lines, at, (one) => /^\s*>/.test(one));
    const inner = lines.slice(at, end).map((one) => one.replace(/^\s*> ?/, ""));
    return [`<blockquote>${markdownHtml(inner.join("\n"), depth + 1)}</blockquote>`, end];
  }
  if (ITEM.test(line)) return list(lines, at, depth);
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
function list(lines: readonly string[], at: number, depth: number): readonly [string, number] {
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
    if (deeper && (deeper[1] ?? "").length > indent.length && depth < MAX_DEPTH) {
      [inner, i] = list(lines, i, depth + 1);
    }
    items.push(`<li>${inline(found[3] ?? "")}${inner}</li>`);
  }
  return [`<${tag}>${items.join("")}</${tag}>`, i];
}

function isRow(line: string): boolean {
  const text = line.trim();
  return text.length > 1 && text.startsWith("|") && text.endsWith("|");
}

function table(lines: readonly string[], at: number): readonly [string, number] {
  const end = endOf(lines, at, isRow);
  const row = (line: string, tag: string) => {
    const cells = line.trim().slice(1, -1).split("|");
    return `<tr>${cells.map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`).join("")}</tr>`;
  };
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  return [`<table><thead>${row(lines[at] ?? "", "th")}</thead><tbody>${body.join("")}</tbody></table>`, end];
}

/** Code and links are set aside, so that nothing in them is taken for emphasis. */
function inline(text: string): string {
  const aside: string[] = [];
  const put = (html: string): string => `\ue000${aside.push(html) - 1}\ue001`;
  const plain = text
    .replace(/[\ue000\ue001]/g, "\ufffd")
    .replace(CODE, (_, code: string) => put(`<code>${escapeHtml(code)}</code>`))
    .replace(LINK, (_, label: string, target: string) => {
      const [open, close] = linkTags(target);
      return `${put(open)}${label}${put(close)}`;
    });
  return EMPHASIS.reduce(
    (html, [pattern, tag]) => html.replace(pattern, `<${tag}>$1</${tag}>`),
    escapeHtml(plain),
  ).replace(/\ue000(\d+)\ue001/g, (_, i: string) => aside[Number(i)] ?? "");
}

/** An image is a link to it: a page loads nothing by itself. Of other schemes only the label is shown. */
function linkTags(target: string): readonly [open: string, close: string] {
  return /^(https?:|mailto:|#|\.{0,2}\/)/i.test(target)
    ? [`<a href="${escapeHtml(target)}" rel="noopener noreferrer">`, "</a>"]
    : ["", ""];
}
