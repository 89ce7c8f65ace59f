/** What is made of what, drawn from left to right: a column of boxes for each step away from the sources. */
import { escapeHtml } from "../html/html-text.js";
import type { LineageGraph } from "./quality-report.js";

const BOX = { width: 210, height: 44, across: 70, down: 16 };
const LONGEST_LABEL = 27;

/** @param linkOf where in the page a table is told of @param toneOf the class of its box */
export function lineageSvg(
  graph: LineageGraph,
  linkOf: (id: string) => string | undefined,
  toneOf: (id: string) => string,
): string {
  if (graph.nodes.length === 0) return "";
  const layers = layersOf(graph);
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  for (const [i, layer] of layers.entries()) {
    for (const [k, id] of layer.entries()) {
      places.set(id, { x: i * (BOX.width + BOX.across) + 1, y: k * (BOX.height + BOX.down) + 1 });
    }
  }
  const width = layers.length * (BOX.width + BOX.across) - BOX.across + 2;
  const height = Math.max(...layers.map((one) => one.length)) * (BOX.height + BOX.down) - BOX.down + 2;
  const edges = graph.edges.map(({ from, to, by }) => {
    const [a, b] = [places.get(from), places.get(to)];
    return a && b ? edgePath(a, b, `${from} → ${to}${by === undefined ? "" : `, by ${by}`}`) : "";
  });
  const boxes = graph.nodes.map(({ id, kind }) => {
    const at = places.get(id);
    return at ? box(at, id, kind, linkOf(id), toneOf(id)) : "";
  });
  return `<svg class="lineage" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="lineage">${edges.join("")}${boxes.join("")}</svg>`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function edgePath(a: Place, b: Place, label: string): string {
  const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  return `<path class="edge" d="M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"><title>${escapeHtml(label)}</title></path>`;
}

function box({ x, y }: Place, id: string, kind: string, link: string | undefined, tone: string): string {
  const { name, place } = labelOf(id, kind);
  const inner = `<rect class="box ${tone}" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/>
<text x="${x + 12}" y="${y + 18}">${escapeHtml(cut(name))}</text><text class="dim" x="${x + 12}" y="${y + 35}">${escapeHtml(cut(place))}</text>`;
  const whole = `<g><title>${escapeHtml(id)}</title>${inner}</g>`;
  return link === undefined ? whole : `<a href="#${escapeHtml(link)}">${whole}</a>`;
}

function labelOf(id: string, kind: string): { readonly name: string; readonly place: string } {
  const at = id.lastIndexOf(kind === "files" ? "/" : ".");
  const place = at > 0 ? ` in ${id.slice(0, at)}` : "";
  return { name: id.slice(at + 1) || id, place: `${kind}${place}` };
}

function cut(text: string): string {
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
}

/** A node stands one step after the last of those that it is made of; within a step near them. Circles end where they began. */
function layersOf({ nodes, edges }: LineageGraph): readonly (readonly string[])[] {
  const sources = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) if (from !== to && sources.has(from)) sources.get(to)?.push(from);
  const depths = new Map<string, number>();
  const depthOf = (id: string, above: ReadonlySet<string>): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const inner = new Set([...above, id]);
    const before = (sources.get(id) ?? []).filter((one) => !inner.has(one)).map((one) => depthOf(one, inner) + 1);
    const depth = Math.max(0, ...before);
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of nodes) depthOf(id, new Set());
  const deepest = Math.max(0, ...depths.values());
  const layers = Array.from({ length: deepest + 1 }, (_, i) =>
    nodes.map(({ id }) => id).filter((id) => depths.get(id) === i),
  );
  for (const [i, layer] of layers.entries()) {
    const before = layers[i - 1] ?? [];
    const height = (id: string) => {
      const own = (sources.get(id) ?? []).map((one) => before.indexOf(one)).filter((one) => one >= 0);
      return own.length === 0 ? layer.indexOf(id) : own.reduce((sum, one) => sum + one, 0) / own.length;
    };
    const wanted = new Map(layer.map((id) => [id, height(id)]));
    layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
  }
  return layers;
}
