/** What is known of the quality of tables, for the terminal. */
import {
  accountText,
  actionText,
  type CheckedTable,
  type CheckHistory,
  columnFacts,
  countsByStatus,
  type FlowAccount,
  lastPoint,
  momentText,
  newestAccounts,
  type QualityReport,
  resultText,
  rowsText,
  type Suggestions,
  suggestionText,
  type TableQuality,
} from "../../workspace/quality.js";
import { clip, countText, numberText, type Paint, padText, paintFor, visibleWidth } from "./words.js";

export interface ReportView {
  /** One table in full; or all of them in short. */
  readonly full: boolean;
  readonly history: boolean;
  /** Width of the terminal; undefined: nothing is cut. */
  readonly columns: number | undefined;
}

export function reportLines(report: QualityReport, view: ReportView): readonly string[] {
  const paint = paintFor(process.stdout);
  if (report.tables.length === 0 && report.flows.length === 0) return NOTHING_KNOWN;
  const lines = [
    ...report.tables.flatMap((table) => [...tableLines(table, view, paint), ""]),
    ...flowLines(report.flows, paint),
    verdict(report, paint),
  ];
  return lines.map((line) => (view.columns === undefined ? line : clip(line, view.columns)));
}

const NOTHING_KNOWN = [
  "Nothing is known yet: no write had expectations, and no table was profiled.",
  "Look at a table: lakelet quality <table> --profile; and let checks be suggested: lakelet quality <table> --suggest",
];

const SYMBOLS = { PASSED: "✔", WARNED: "!", DROPPED: "↓", FAILED: "✖" } as const;
const STYLES = { PASSED: "green", WARNED: "yellow", DROPPED: "magenta", FAILED: "red" } as const;

function tableLines(table: TableQuality, view: ReportView, paint: Paint): readonly string[] {
  const { name, rows, checks, quarantine } = table;
  const state = rows === undefined ? "there is no such table now" : rowsText(rows);
  return [
    `${paint("bold", name)}  ${paint("dim", state)}`,
    ...checkLines(checks, view, paint),
    ...(checks.length === 0 ? [paint("dim", "  no checks")] : []),
    ...(quarantine
      ? [
          `  ${paint("magenta", "↓")} ${rowsText(quarantine.rows)} in quarantine: ${quarantine.reasons.map((one) => `${one.reason} ${numberText(one.rows)}`).join(", ")}`,
        ]
      : []),
    ...(view.full ? [...badRowLines(table, paint), ...profileLines(table, paint)] : []),
  ];
}

/** Below it the result stands under the check's name. */
const NARROW = 72;
const LONGEST_NAME = 44;

function checkLines(checks: readonly CheckHistory[], view: ReportView, paint: Paint): readonly string[] {
  const widest = Math.max(0, ...checks.map((one) => visibleWidth(one.check)));
  const isNarrow = (view.columns ?? NARROW) < NARROW;
  const width = Math.min(LONGEST_NAME, widest);
  return checks.flatMap((check) => {
    const last = lastPoint(check);
    if (!last) return [];
    const { status } = last;
    const sign = paint(STYLES[status], `${SYMBOLS[status]} ${padText(status, 7)}`);
    const result = resultText(check, last);
    const trend = paint("dim", sparkline(check));
    const when = paint("dim", momentText(last.at));
    const lines = isNarrow
      ? [`  ${sign} ${check.check}`, `            ${result}  ${trend}`]
      : [
          `  ${sign} ${padText(check.check, width)}  ${padText(result, 22)}  ${padText(trend, TREND)}  ${when}`.trimEnd(),
        ];
    const rule = [
      check.expression ?? check.type,
      actionText(check),
      check.owner,
      ...check.tags.map((one) => `#${one}`),
    ];
    const detail = view.full ? [paint("dim", `            ${rule.filter((one) => one).join(" · ")}`)] : [];
    return [...lines, ...detail, ...(view.history ? historyLines(check, paint) : [])];
  });
}

function historyLines(check: CheckHistory, paint: Paint): readonly string[] {
  return check.points.toReversed().map((point) => {
    const by = point.by === undefined ? "" : `  ${point.by}`;
    const status = paint(STYLES[point.status], padText(point.status, 7));
    return `            ${paint("dim", momentText(point.at))}  ${status}  ${resultText(check, point)}${paint("dim", by)}`;
  });
}

const BLOCKS = "▁▂▃▄▅▆▇█";
const TREND = 12;

/** How much broke the rule, time after time. */
function sparkline({ points }: CheckHistory): string {
  if (points.length < 2) return "";
  const values = points
    .slice(-TREND)
    .map(({ violations, totalRows, value }) =>
      value !== undefined && value !== violations ? value : totalRows ? violations / totalRows : violations,
    );
  const tallest = Math.max(...values);
  return values
    .map((one) => BLOCKS[tallest > 0 ? Math.round((Math.max(0, one) / tallest) * (BLOCKS.length - 1)) : 0])
    .join("");
}

function badRowLines({ quarantine, samples }: TableQuality, paint: Paint): readonly string[] {
  const held = quarantine ? [{ title: `newest rows of ${quarantine.table}`, sample: quarantine.sample }] : [];
  const others = samples.map((one) => ({
    title: `rows that break "${one.check}"${one.where === "published" ? ", published all the same" : ", of the write that was stopped"}`,
    sample: one.sample,
  }));
  return [...held, ...others].flatMap(({ title, sample }) =>
    sample.rows.length === 0
      ? []
      : [
          "",
          `  ${paint("bold", title)}`,
          ...sample.rows.map(
            (row) => `    ${sample.columns.map((column, i) => pairText(column, row[i], paint)).join("  ")}`,
          ),
        ],
  );
}

function pairText(column: string, value: string | null | undefined, paint: Paint): string {
  const shown = (value ?? "NULL").replace(/\s+/g, " ");
  return `${paint("dim", `${column}=`)}${shown}`;
}

function profileLines({ profile }: TableQuality, paint: Paint): readonly string[] {
  if (!profile) return [];
  const { columns, rows, version, at } = profile;
  const width = Math.min(LONGEST_NAME, Math.max(...columns.map((one) => visibleWidth(one.column)), 0));
  const lines = columns.map((one) => {
    const facts = columnFacts(one, rows).map(([name, value]) => `${paint("dim", name)} ${value.replace(/\s+/g, " ")}`);
    return `    ${padText(one.column, width)}  ${paint("dim", one.type)}  ${facts.join("  ")}`;
  });
  return [
    "",
    `  ${paint("bold", `profile of ${rowsText(rows)}`)} ${paint("dim", `version ${version}, ${momentText(at)}`)}`,
    ...lines,
  ];
}

/** The newest run of each flow. */
function flowLines(flows: readonly FlowAccount[], paint: Paint): readonly string[] {
  const told = newestAccounts(flows).toReversed();
  if (told.length === 0) return [];
  const width = Math.min(LONGEST_NAME, Math.max(...told.map(({ flow }) => visibleWidth(flow))));
  const statuses = Math.max(...told.map(({ status }) => status.length));
  const lines = told.map((flow) => {
    const how = flow.technique === undefined ? "" : paint("dim", `  ${flow.technique}`);
    const status = paint(flow.status === "FAILED" ? "red" : "dim", padText(flow.status, statuses));
    return `  ${padText(flow.flow, width)}  ${status}  ${accountText(flow)}${how}  ${paint("dim", momentText(flow.at))}`;
  });
  return [paint("bold", "where the rows went"), ...lines, ""];
}

function verdict({ tables }: QualityReport, paint: Paint): string {
  const counts = countsByStatus(tables);
  const checks = counts.PASSED + counts.WARNED + counts.DROPPED + counts.FAILED;
  const parts = (["FAILED", "DROPPED", "WARNED", "PASSED"] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => paint(STYLES[status], `${counts[status]} ${WORDS[status]}`));
  const quarantined = tables.reduce((sum, one) => sum + (one.quarantine?.rows ?? 0), 0);
  const held = quarantined > 0 ? `; ${rowsText(quarantined)} in quarantine` : "";
  const told = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
  return `${countText(tables.length, "table")}, ${countText(checks, "check")}${told}${held}`;
}

const WORDS = { PASSED: "passed", WARNED: "warned", DROPPED: "dropped rows", FAILED: "failed" } as const;

export function suggestionLines({ table, profile, checks }: Suggestions): readonly string[] {
  const paint = paintFor(process.stdout);
  if (checks.length === 0) {
    return [`${rowsText(profile.rows)} are too few, or too varied, to suggest a check of ${table}.`];
  }
  const part = (title: string, format: "sql" | "typescript" | "yaml") => [
    paint("bold", title),
    ...suggestionText(table, checks, format).trimEnd().split("\n"),
    "",
  ];
  return [
    paint("dim", `What ${rowsText(profile.rows)} of ${table} have satisfied; whether they must is yours to say.`),
    "",
    ...part("SQL, in CREATE OR REFRESH STREAMING TABLE or MATERIALIZED VIEW", "sql"),
    ...part("TypeScript, in .expectations(...) or checkTable", "typescript"),
    ...part("YAML, for lakelet quality --check", "yaml"),
  ];
}

export function checkedLines(tables: readonly CheckedTable[]): readonly string[] {
  const paint = paintFor(process.stdout);
  return tables.flatMap(({ table, file, results }) => [
    `${paint("bold", table)}  ${paint("dim", file)}`,
    ...results.map(
      ({ status, told }) => `  ${paint(STYLES[status], `${SYMBOLS[status]} ${padText(status, 7)}`)} ${told}`,
    ),
  ]);
}
