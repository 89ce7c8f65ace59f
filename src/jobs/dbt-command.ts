/** The commands of a dbt_task as words: split as a shell would, and run by none. A value in one stays one word, whatever it holds. */
import { LakeletError } from "../errors/lakelet-error.js";
import { parseReferences } from "./reference.js";

const MOST_COMMANDS = 10;

/** The words after `dbt`. Throws `INVALID_DBT_COMMAND`. */
export function dbtWords(command: string): readonly string[] {
  const words = splitWords(command);
  if (words === undefined) throw invalid(command, "A quote in it is not closed.", "Close it.");
  const [program, ...rest] = words;
  if (program === "dbt") return rest;
  throw invalid(command, "Each command of a dbt_task begins with `dbt`.", "Run other programs in a task of their own.");
}

/** Throws `INVALID_DBT_COMMAND` for more commands than a task may have, and for none. */
export function checkDbtCommands(commands: readonly string[]): void {
  if (commands.length === 0) throw invalid("", "A dbt_task needs at least one command.", 'Add one: "dbt build".');
  if (commands.length <= MOST_COMMANDS) return;
  throw invalid(
    commands[MOST_COMMANDS] ?? "",
    `It is the ${MOST_COMMANDS + 1}th: a dbt_task has at most ${MOST_COMMANDS} commands.`,
    "Use `dbt build`, or a second task.",
  );
}

/**
 * A command whose references are replaced word by word: a blank or a quote in a value makes no further words, and in the JSON of `--vars`
 * it makes no further variables.
 * @example resolveDbtCommand("dbt run --vars '{\"day\": \"{{job.parameters.day}}\"}'", () => "1'; x") // 'dbt run --vars \'{"day":"1\'"\'"\'; x"}\''
 */
export function resolveDbtCommand(command: string, resolve: (text: string) => string): string {
  if (!command.includes("{{")) return command;
  const words = splitWords(command);
  // Told when it runs, in its own words.
  if (words === undefined) return resolve(command);
  return words.map((word, i) => quotedWord(resolvedWord(word, words[i - 1], resolve))).join(" ");
}

function resolvedWord(word: string, before: string | undefined, resolve: (text: string) => string): string {
  if (!word.includes("{{")) return word;
  if (before === "--vars") return resolvedVariables(word, resolve);
  const [, option, value] = /^(--vars=)(.*)$/s.exec(word) ?? [];
  return option === undefined ? resolve(word) : option + resolvedVariables(value ?? "", resolve);
}

/** In quotes a value is the inside of a JSON text; outside of them it is one. */
function resolvedVariables(template: string, resolve: (text: string) => string): string {
  let made = "";
  let quote = "";
  for (const part of parseReferences(template)) {
    if (typeof part !== "string") {
      const text = JSON.stringify(resolve(part.source));
      // In YAML's single quotes a backslash is itself, and a quote is doubled.
      if (quote === "'") made += resolve(part.source).replaceAll("'", "''").replace(/\s+/g, " ");
      else made += quote === '"' ? text.slice(1, -1) : plainOr(text);
      continue;
    }
    for (const [i, character] of [...part].entries()) {
      if (quote !== "" && character === quote && !(quote === '"' && part[i - 1] === "\\")) quote = "";
      else if (quote === "" && (character === '"' || character === "'")) quote = character;
    }
    made += part;
  }
  return made;
}

function plainOr(json: string): string {
  const text = json.slice(1, -1);
  return /^-?\d+(?:\.\d+)?$|^(?:true|false)$/.test(text) ? text : json;
}

/** POSIX words with quotes and backslashes; nothing is expanded. Undefined where a quote is not closed. References keep their blanks. */
function splitWords(command: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  const token = /(\{\{.*?\}\})|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|(\s+)|([\s\S])/gy;
  for (const [, reference, single, double, escaped, blank, plain] of command.matchAll(token)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (plain === "'" || plain === '"' || plain === "\\") return undefined;
    const text = reference ?? single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "";
    word = (word ?? "") + text;
  }
  return word === undefined ? words : [...words, word];
}

function quotedWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function invalid(command: string, reason: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_DBT_COMMAND",
    sqlState: "42000",
    problem: command === "" ? "There is nothing for dbt to do." : `\`${command}\` is no command of a dbt_task.`,
    reason,
    cure,
    parameters: { command },
  });
}
