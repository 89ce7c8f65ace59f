/** The frame of a page of HTML that stands alone: it needs nothing else, asks nothing of the network, and runs no script. */
import { escapeHtml } from "./html-text.js";

export interface HtmlPage {
  /** Plain text. */
  readonly title: string;
  readonly style: string;
  /** What the page may load besides its own style, as directives of a Content-Security-Policy. */
  readonly allowed?: string;
  /** Markup, below the heading. */
  readonly body: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export function htmlPage({ title, style, allowed, body }: HtmlPage): string {
  const name = escapeHtml(title);
  const policy = allowed === undefined ? POLICY : `${POLICY}; ${allowed}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="generator" content="lakelet">
<title>${name}</title>
<style>
${style}
</style>
</head>
<body>
<h1>${name}</h1>
${body}
</body>
</html>
`;
}
