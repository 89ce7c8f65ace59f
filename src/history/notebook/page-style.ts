/** The style of an exported notebook: readable on a phone, by day and by night. */

export const PAGE_STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --dim: #59636e; --line: #d1d9e0; --back: #fff; --code: #f6f8fa; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9198a1; --line: #3d444d; --back: #0d1117; --code: #151b23; --good: #3fb950; --bad: #f85149; --warn: #d29922; --link: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; } h3 { font-size: 1.1rem; } h4, h5, h6 { font-size: 1rem; }
.facts, .head, .note { color: var(--dim); font-size: .85rem; }
.facts { margin: 0 0 1.5rem; }
.cell { margin: 0 0 1.25rem; }
.head { display: flex; flex-wrap: wrap; gap: .25rem .75rem; margin-bottom: .25rem; }
.head b { color: var(--text); }
.ran, .SUCCESS { color: var(--good); } .failed, .FAILED { color: var(--bad); } .not-run { color: var(--dim); }
pre { margin: 0; padding: .6rem .75rem; border-radius: .4rem; overflow-x: auto; font: .82rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.source, .markdown pre, code { background: var(--code); }
code { border-radius: .25rem; padding: .1em .25em; font-size: .85em; } pre code { padding: 0; font-size: inherit; }
.output { margin-top: .5rem; padding-left: .6rem; border-left: 3px solid var(--line); }
.output pre { padding: 0; white-space: pre-wrap; }
.stderr { color: var(--warn); }
.error { border-left-color: var(--bad); }
.scroll, .markdown { overflow-wrap: break-word; }
.scroll { overflow: auto; max-height: 30rem; border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: collapse; font-size: .85rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; max-width: 30rem; white-space: pre-wrap; }
.scroll thead th { position: sticky; top: 0; background: var(--code); white-space: nowrap; }
th small { display: block; color: var(--dim); font-weight: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.null { color: var(--dim); font-style: italic; }
iframe { width: 100%; height: 24rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; resize: vertical; }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .75rem; }
summary { cursor: pointer; }
blockquote { margin: 0; padding-left: .75rem; border-left: 3px solid var(--line); color: var(--dim); }
`.trim();
