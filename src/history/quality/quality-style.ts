/** The style of the report: readable on a phone, by day and by night, and on paper. */

export const QUALITY_STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --dim: #59636e; --line: #d1d9e0; --back: #fff; --card: #f6f8fa; --good: #1a7f37; --warn: #9a6700; --drop: #bc4c00; --bad: #cf222e; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9198a1; --line: #3d444d; --back: #0d1117; --card: #151b23; --good: #3fb950; --warn: #d29922; --drop: #f0883e; --bad: #f85149; --link: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; } h3 { font-size: 1.05rem; margin: 1.25rem 0 .4rem; }
.facts, .note, .dim, small { color: var(--dim); font-size: .85rem; }
code, .rule { font: .85em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.pill { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; font-size: .72rem; font-weight: 600; letter-spacing: .02em; white-space: nowrap; vertical-align: middle; }
.PASSED { color: var(--good); fill: var(--good); } .WARNED { color: var(--warn); fill: var(--warn); } .DROPPED { color: var(--drop); fill: var(--drop); } .FAILED { color: var(--bad); fill: var(--bad); }
.NONE { color: var(--dim); fill: var(--dim); }
.table { border-top: 1px solid var(--line); margin-top: 1.5rem; }
.table > h2 { margin-top: 1rem; display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: center; }
.checks { list-style: none; margin: 0; padding: 0; }
.checks li { display: grid; grid-template-columns: minmax(0, 1fr) minmax(8rem, 15rem); gap: .1rem 1rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
.checks li > * { min-width: 0; }
.checks p { margin: 0; }
.plots { text-align: right; }
.plot { display: block; width: 100%; height: 2.5rem; }
.share { display: block; width: 100%; height: .7rem; border-radius: .2rem; }
.bin { fill: var(--link); } .growth { max-width: 20rem; margin-bottom: .75rem; }
.published { fill: var(--good); background: var(--good); } .filtered { fill: var(--dim); background: var(--dim); } .quarantined { fill: var(--drop); background: var(--drop); } .missing { fill: var(--bad); background: var(--bad); }
.key { display: inline-block; width: .7em; height: .7em; border-radius: .15em; margin-right: .3em; }
.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: .75rem; }
.column { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .75rem; min-width: 0; }
.column h4 { margin: 0 0 .3rem; font-size: .95rem; } .column dl { margin: 0; display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 .6rem; font-size: .82rem; }
.column dt { color: var(--dim); } .column dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.tops { list-style: none; margin: .4rem 0 .6rem; padding: 0; font-size: .8rem; } .tops li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .5rem; background: linear-gradient(to right, color-mix(in srgb, var(--link) 22%, transparent) var(--share), transparent var(--share)); padding: .05rem .3rem; border-radius: .2rem; margin-top: 2px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; max-width: 100%; }
.scroll:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; font-size: .82rem; min-width: 100%; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; max-width: 24rem; overflow-wrap: break-word; }
th { background: var(--card); white-space: nowrap; } tr:last-child td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.null { color: var(--dim); font-style: italic; }
.lineage { display: block; margin: .6rem; } .lineage text { font: 13px system-ui, sans-serif; fill: var(--text); } .lineage text.dim { font-size: 11px; fill: var(--dim); }
.box { fill: var(--card); stroke: var(--line); stroke-width: 1.2; } .box.PASSED { stroke: var(--good); } .box.WARNED { stroke: var(--warn); } .box.DROPPED { stroke: var(--drop); } .box.FAILED { stroke: var(--bad); stroke-width: 2; }
.edge { fill: none; stroke: var(--dim); stroke-width: 1.3; }
details { margin-top: .75rem; } summary { cursor: pointer; padding: .2rem 0; }
@media (max-width: 40rem) { .checks li { grid-template-columns: minmax(0, 1fr); } .plots { text-align: left; } body { padding: .75rem; } }
@media print { details { display: block; } .scroll { overflow: visible; } }
`.trim();
