/** The statements that Databricks' SQL notebooks declare their widgets with: CREATE WIDGET and REMOVE WIDGET. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { NotebookContext } from "./notebook-context.js";

const KINDS = ["text", "dropdown", "combobox", "multiselect"] as const;

export type WidgetStatement =
  | { readonly kind: "remove"; readonly name: string }
  | {
      readonly kind: (typeof KINDS)[number];
      readonly name: string;
      readonly defaultValue: string;
      /** A query: the choices are its first column. */
      readonly choices: string | undefined;
    };

const NAME = "(?:`([^`]+)`|([\\w.-]+))";
const TEXT = `(?:'((?:[^'\\\\]|\\\\[\\s\\S]|'')*)'|"((?:[^"\\\\]|\\\\[\\s\\S]|"")*)")`;
const CREATE = new RegExp(
  `^CREATE\\s+WIDGET\\s+(\\w+)\\s+${NAME}\\s+DEFAULT\\s+${TEXT}(?:\\s+CHOICES\\s+([\\s\\S]+))?$`,
  "i",
);
const REMOVE = new RegExp(`^REMOVE\\s+WIDGET\\s+${NAME}$`, "i");

/** Undefined for any other statement. */
export function widgetStatement(text: string): WidgetStatement | undefined {
  const plain = text.trim();
  if (!/^(CREATE|REMOVE)\s+WIDGET\b/i.test(plain)) return undefined;
  const removed = REMOVE.exec(plain);
  if (removed) return { kind: "remove", name: removed[1] ?? removed[2] ?? "" };
  const [, word = "", quoted, name = quoted ?? "", single, double, choices] = CREATE.exec(plain) ?? [];
  const kind = KINDS.find((one) => one === word.toLowerCase());
  if (kind === undefined) throw invalid(plain);
  if ((choices === undefined) !== (kind === "text")) throw invalid(plain);
  const defaultValue = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"') ?? "";
  return { kind, name, defaultValue: defaultValue.replace(/\\([\s\S])/g, "$1"), choices };
}

export async function performWidgetStatement(statement: WidgetStatement, context: NotebookContext): Promise<void> {
  const { widgets, options } = context;
  if (statement.kind === "remove") return widgets.remove(statement.name);
  const { kind, name, defaultValue, choices } = statement;
  if (kind === "text") return widgets.text(name, defaultValue);
  const rows = await (await options.spark.sql(choices ?? "", widgets.getAll())).collect();
  const values = rows.map((row) => String(Object.values(row)[0] ?? ""));
  widgets[kind](name, defaultValue, values);
}

function invalid(text: string): LakeletError {
  return new LakeletError({
    condition: "PARSE_SYNTAX_ERROR",
    sqlState: "42601",
    problem: `\`${text.split("\n")[0]}\` is no statement about widgets.`,
    cure: `Write CREATE WIDGET TEXT name DEFAULT 'x', CREATE WIDGET ${KINDS.slice(1).join(" | ").toUpperCase()} name DEFAULT 'x' CHOICES SELECT ..., or REMOVE WIDGET name.`,
  });
}
