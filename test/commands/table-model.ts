/** A table of (key, value, part) as plain JavaScript rows, with the meaning of each command written down the slow way. */
export type Cell = number | null;
export interface ModelRow {
  readonly key: Cell;
  readonly value: Cell;
  readonly part: Cell;
}

/** A comparison of a column with a constant, three-valued. */
export interface ModelCondition {
  readonly column: keyof ModelRow;
  readonly operator: "=" | "<" | ">=" | "IS NULL" | "<>";
  readonly constant: number;
}

export function holds({ column, operator, constant }: ModelCondition, row: ModelRow): boolean | null {
  const cell = row[column];
  if (operator === "IS NULL") return cell === null;
  if (cell === null) return null;
  switch (operator) {
    case "=":
      return cell === constant;
    case "<>":
      return cell !== constant;
    case "<":
      return cell < constant;
    case ">=":
      return cell >= constant;
  }
}

export function conditionText({ column, operator, constant }: ModelCondition, qualifier = ""): string {
  const name = qualifier === "" ? column : `${qualifier}.${column}`;
  return operator === "IS NULL" ? `${name} IS NULL` : `${name} ${operator} ${constant}`;
}

export interface ModelClause {
  readonly when: "matched" | "not-matched" | "not-matched-by-source";
  readonly condition: ModelCondition | undefined;
  readonly action: "delete" | "star" | "add";
}

/** `column = column + constant`, NULL for NULL. */
function plus(cell: Cell, constant: number): Cell {
  return cell === null ? null : cell + constant;
}

export type MergeOutcome = { readonly rows: readonly ModelRow[] } | "ambiguous";

/** `star` sets all from the source; `add` adds 1000 to the value (to the source's on insert); keys match by `=`. */
export function mergeModel(
  target: readonly ModelRow[],
  source: readonly ModelRow[],
  clauses: readonly ModelClause[],
): MergeOutcome {
  const matched = clauses.filter(({ when }) => when === "matched");
  const bySource = clauses.filter(({ when }) => when === "not-matched-by-source");
  const inserts = clauses.filter(({ when }) => when === "not-matched");
  const insertOnly = matched.length + bySource.length === 0;
  const onlyDeletes = matched.length === 1 && matched[0]?.action === "delete" && matched[0].condition === undefined;
  const matches = (t: ModelRow, s: ModelRow): boolean => t.key !== null && t.key === s.key;
  const rows: ModelRow[] = [];
  for (const t of target) {
    const hits = source.filter((s) => matches(t, s));
    if (hits.length > 1 && !insertOnly && !onlyDeletes) return "ambiguous";
    const [hit] = hits;
    const clause = hit === undefined ? first(bySource, t) : first(matched, hit);
    if (clause?.action === "delete") continue;
    if (clause === undefined) rows.push(t);
    else rows.push(clause.action === "star" && hit ? hit : { ...t, value: plus(t.value, 1000) });
  }
  for (const s of source) {
    if (target.some((t) => matches(t, s))) continue;
    const clause = first(inserts, s);
    if (clause) rows.push(clause.action === "star" ? s : { ...s, value: plus(s.value, 1000) });
  }
  return { rows };
}

function first(clauses: readonly ModelClause[], row: ModelRow): ModelClause | undefined {
  return clauses.find(({ condition }) => condition === undefined || holds(condition, row) === true);
}
