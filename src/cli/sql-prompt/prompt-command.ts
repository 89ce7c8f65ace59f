/** The prompt's own commands: a backslash and a letter, as in other databases' prompts. */
import type { Layout } from "./result-text.js";

export interface PromptSettings {
  readonly layout: Layout;
  /** Rows read of a result. */
  readonly limit: number;
  readonly timing: boolean;
}

export type PromptCommand =
  | { readonly kind: "leave" | "help" }
  | { readonly kind: "statement"; readonly statement: string }
  | { readonly kind: "settings"; readonly settings: PromptSettings; readonly said: string }
  | { readonly kind: "unknown"; readonly said: string };

export const PROMPT_HELP = `A semicolon ends a statement, which may go over several lines. Tab completes names; Ctrl-C cancels a statement.
  \\d              tables of the current schema       \\d NAME     columns of a table
  \\dn             schemas                            \\df [TEXT]  functions, those whose names hold TEXT
  \\x [on|off|auto]  a line a field: always, never, or where a table is too wide (auto)
  \\limit N        rows read of a result (0: all)     \\timing     times on or off
  \\?              this help                          \\q          leave (also exit, quit, Ctrl-D)
`;

/** Rows where there is no limit: as many as the engine can count. */
const NO_LIMIT = 2 ** 31 - 2;

export function promptCommand(line: string, settings: PromptSettings): PromptCommand {
  const [, name = "", argument = ""] = /^\s*(\S+)\s*(.*?)\s*;?\s*$/.exec(line) ?? [];
  switch (name.toLowerCase().replace(/;$/, "")) {
    case "\\q":
      return { kind: "leave" };
    case "\\?":
    case "\\h":
    case "\\help":
    case "help":
      return { kind: "help" };
    case "\\d":
    case "\\dt":
      return { kind: "statement", statement: argument === "" ? "SHOW TABLES" : `DESCRIBE TABLE ${argument}` };
    case "\\dn":
      return { kind: "statement", statement: "SHOW SCHEMAS" };
    case "\\df":
      return {
        kind: "statement",
        statement: argument === "" ? "SHOW FUNCTIONS" : `SHOW FUNCTIONS LIKE '*${argument.replaceAll("'", "")}*'`,
      };
    case "\\x":
      return layoutCommand(argument, settings);
    case "\\timing": {
      const timing = !settings.timing;
      return { kind: "settings", settings: { ...settings, timing }, said: `Times are ${timing ? "on" : "off"}.` };
    }
    case "\\limit":
      return limitCommand(argument, settings);
    default:
      return { kind: "unknown", said: `${name} is no command; \\? shows them.` };
  }
}

function layoutCommand(argument: string, settings: PromptSettings): PromptCommand {
  const asked = argument === "" ? (settings.layout === "vertical" ? "auto" : "on") : argument.toLowerCase();
  const layout = ({ on: "vertical", off: "table", auto: "auto" } as const)[asked];
  if (layout === undefined) return { kind: "unknown", said: "\\x takes on, off or auto." };
  const said = {
    vertical: "A line a field.",
    table: "Tables, cut to fit.",
    auto: "Tables; a line a field where they are too wide.",
  };
  return { kind: "settings", settings: { ...settings, layout }, said: said[layout] };
}

function limitCommand(argument: string, settings: PromptSettings): PromptCommand {
  const count = Number(argument);
  if (argument === "" || !Number.isInteger(count) || count < 0) {
    return { kind: "unknown", said: `\\limit takes a number of rows; it is ${settings.limit} now.` };
  }
  const limit = count === 0 ? NO_LIMIT : count;
  return {
    kind: "settings",
    settings: { ...settings, limit },
    said: count === 0 ? "All rows." : `At most ${count} rows.`,
  };
}
