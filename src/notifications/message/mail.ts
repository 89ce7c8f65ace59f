/** A notification as an e-mail: plain text, and the same in HTML for mail readers that show it. */
import type { FailureContent, MessageContent } from "./content.js";

export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function mailText(content: MessageContent): MailText {
  return { subject: `[lakelet] ${content.headline}`, text: plainText(content), html: htmlText(content) };
}

/** @example "orders failed\n\nJob      orders (281)\nRun      914\n..." */
export function plainText(content: MessageContent): string {
  const { headline, reason, facts, failures, others, commands } = content;
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  const parts = [
    [headline, ...(reason === "" ? [] : [reason])],
    facts.map(([label, value]) => `${label.padEnd(width)}${value}`),
    ...failures.map(failureLines),
    others,
    commands.length === 0 ? [] : ["Next:", ...commands.map((one) => `  ${one}`)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function failureLines({ taskKey, state, message, place, frame }: FailureContent): readonly string[] {
  const indented = (text: string) => (text === "" ? [] : text.split("\n").map((line) => `  ${line}`.trimEnd()));
  return [`${taskKey}: ${state}`, ...indented(message), ...indented(place), ...indented(frame)];
}

const COLOURS = { good: "#1a7f37", bad: "#cf222e", warning: "#9a6700", neutral: "#0969da" } as const;
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:14px;color:#1f2328";
const CODE =
  "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px;background:#f6f8fa;padding:8px;white-space:pre-wrap;margin:4px 0";

function htmlText({ tone, headline, reason, facts, failures, others, commands }: MessageContent): string {
  const rows = facts.map(
    ([label, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#59636e;vertical-align:top">${escaped(label)}</td><td>${escaped(value)}</td></tr>`,
  );
  const parts = [
    `<h2 style="font-size:18px;margin:0 0 8px;color:${COLOURS[tone]}">${escaped(headline)}</h2>`,
    reason === "" ? "" : `<p>${lines(reason)}</p>`,
    `<table style="border-collapse:collapse;${FONT}">${rows.join("")}</table>`,
    ...failures.map(failureHtml),
    others.length === 0
      ? ""
      : `<ul style="padding-left:20px">${others.map((one) => `<li>${escaped(one)}</li>`).join("")}</ul>`,
    ...commands.map((one) => `<pre style="${CODE}">${escaped(one)}</pre>`),
  ];
  const head = `<!doctype html>\n<html><head><meta charset="utf-8"><title>${escaped(headline)}</title></head>`;
  return `${head}\n<body style="${FONT}">\n${parts.filter(Boolean).join("\n")}\n</body></html>\n`;
}

function failureHtml({ taskKey, state, message, place, frame }: FailureContent): string {
  const parts = [
    `<p style="margin:16px 0 4px"><b>${escaped(taskKey)}</b>: ${escaped(state)}</p>`,
    message === "" ? "" : `<div style="color:#cf222e">${lines(message)}</div>`,
    place === "" ? "" : `<div style="color:#59636e">${escaped(place)}</div>`,
    frame === "" ? "" : `<pre style="${CODE}">${escaped(frame)}</pre>`,
  ];
  return parts.filter(Boolean).join("\n");
}

function lines(text: string): string {
  return escaped(text).replaceAll("\n", "<br>");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
