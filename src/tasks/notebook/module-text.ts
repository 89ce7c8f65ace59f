/** A notebook as one TypeScript module: a call where each cell begins, and every line in its place. */
import type { Cell, NotebookDocument } from "./notebook-document.js";

/** Names that no notebook uses. The first tells that a cell begins; the second runs a cell of another language and gives its names. */
export const CELL_MARK = "__lakelet_cell__";
export const CELL_CALL = "__lakelet_run_cell__";

/** @param namesOf what a `%run` cell brings into the notebook */
export function moduleText(document: NotebookDocument, namesOf: (cell: Cell) => readonly string[]): string {
  const given = document.text.split("\n");
  const lines = document.format === "typescript" ? given : given.map(() => "");
  for (const cell of document.cells) {
    if (cell.language !== "typescript") continue;
    for (const [i, line] of cell.source.split("\n").entries()) lines[cell.sourceLine - 1 + i] = line;
  }
  const own = declaredNames(document);
  for (const cell of document.cells) {
    const call = callOf(cell, (one) => namesOf(one).filter((name) => !own.has(name)));
    // The semicolon ends a statement that was written without one.
    if (call !== undefined) lines[cell.line - 1] = `;${call};${lines[cell.line - 1] ?? ""}`;
  }
  return lines.join("\n");
}

function callOf(cell: Cell, namesOf: (cell: Cell) => readonly string[]): string | undefined {
  switch (cell.language) {
    case "typescript":
      return `await ${CELL_MARK}(${cell.number})`;
    case "run": {
      const call = `await ${CELL_CALL}(${cell.number})`;
      const names = namesOf(cell);
      return names.length === 0 ? call : `const { ${names.join(", ")} } = ${call}`;
    }
    case "markdown":
    case "raw":
      return undefined;
    default:
      return `await ${CELL_CALL}(${cell.number})`;
  }
}

const EXPORTED =
  /^export\s+(?:async\s+)?(?:function\*?|const|let|var|class|enum)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;
const EXPORT_LIST = /^export\s*\{([^}]*)\}/gm;
const DECLARED =
  /^(?:export\s+)?(?:async\s+)?(?:function\*?|const|let|var|class|enum)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;
const IMPORTED = /^import\s+(?!type\b)([^"';]*?)\s+from\s/gm;

/** What the notebook's own code exports, types aside. */
export function exportedNames(document: NotebookDocument): readonly string[] {
  const code = codeOf(document);
  const single = [...code.matchAll(EXPORTED)].map((found) => found[1] ?? "");
  const listed = [...code.matchAll(EXPORT_LIST)].flatMap((found) => listNames(found[1] ?? ""));
  return [...new Set([...single, ...listed])].filter((name) => name !== "" && name !== "default");
}

/** The names that the notebook's module has of its own: what it runs cannot bring these. */
function declaredNames(document: NotebookDocument): ReadonlySet<string> {
  const code = codeOf(document);
  const imported = [...code.matchAll(IMPORTED)].flatMap((found) => listNames((found[1] ?? "").replace(/[{}*]/g, ",")));
  return new Set([...[...code.matchAll(DECLARED)].map((found) => found[1] ?? ""), ...imported]);
}

/** `a, b as c, type T` gives a and c. */
function listNames(text: string): readonly string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && !one.startsWith("type "))
    .map((one) => one.split(/\s+as\s+|^as\s+/).at(-1) ?? "");
}

function codeOf({ cells }: NotebookDocument): string {
  return cells.map((cell) => (cell.language === "typescript" ? cell.source : "")).join("\n");
}
