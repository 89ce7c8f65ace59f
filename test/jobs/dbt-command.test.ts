/** Commands of a dbt_task: split without a shell, references replaced word by word. */
import { expect, test } from "vitest";
import { checkDbtCommands, dbtWords, resolveDbtCommand } from "../../src/jobs/dbt-command.js";

test.each([
  ["dbt run --models tag:daily", ["run", "--models", "tag:daily"]],
  [`dbt run --vars '{"day": "2024-01-15"}'`, ["run", "--vars", '{"day": "2024-01-15"}']],
  [`dbt run --vars "{\\"day\\": 1}" a\\ b`, ["run", "--vars", '{"day": 1}', "a b"]],
  ["dbt  build -s 'a'\"b\"c ''", ["build", "-s", "abc", ""]],
  ["dbt run; rm -rf / && $(id) | x > y", ["run;", "rm", "-rf", "/", "&&", "$(id)", "|", "x", ">", "y"]],
])("%s", (command, words) => {
  expect(dbtWords(command)).toEqual(words);
});

test.each([
  ["rm -rf /", /begins with `dbt`/],
  ["", /nothing for dbt to do/],
  ["dbt run 'x", /quote in it is not closed/],
])("refused: %s", (command, message) => {
  expect(() => dbtWords(command)).toThrow(message);
});

test("one to ten commands", () => {
  expect(() => checkDbtCommands([])).toThrow(/at least one command/);
  expect(() => checkDbtCommands(Array.from({ length: 10 }, () => "dbt run"))).not.toThrow();
  expect(() => checkDbtCommands(Array.from({ length: 11 }, () => "dbt run"))).toThrow(/at most 10/);
});

const HOSTILE = [
  "a b",
  "' --full-refresh '",
  `" --full-refresh "`,
  "x; rm -rf /",
  "$(id)",
  "\\",
  "{{job.id}}",
  "é\n'",
  "--full-refresh",
];

test.each(HOSTILE)("a value stays one word: %j", (value) => {
  const resolve = (text: string) => text.replace(/\{\{.*?\}\}/g, () => value);
  expect(dbtWords(resolveDbtCommand("dbt run --select {{job.parameters.m}} -t prod", resolve))).toEqual([
    "run",
    "--select",
    value,
    "-t",
    "prod",
  ]);
  for (const template of [`--vars '{"day": "{{job.parameters.d}}"}'`, `--vars='{"day": {{job.parameters.d}}}'`]) {
    const words = dbtWords(resolveDbtCommand(`dbt run ${template}`, resolve));
    expect(JSON.parse(words.at(-1)?.replace("--vars=", "") ?? "")).toEqual({ day: value });
  }
});

test("numbers and truth values outside of quotes stay what they are", () => {
  const resolve = (text: string) => text.replaceAll("{{n}}", "5").replaceAll("{{t}}", "true");
  expect(dbtWords(resolveDbtCommand("dbt run --vars '{a: {{n}}, b: {{t}}}'", resolve)).at(-1)).toBe("{a: 5, b: true}");
});
