/** The prompt of `lakelet sql`: results that fit the terminal, and a session through a real terminal where the machine can make one. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { promptCommand } from "../../src/cli/sql-prompt/prompt-command.js";
import { resultText } from "../../src/cli/sql-prompt/result-text.js";
import { builtPackage } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const result = (columns: Record<string, string>, rows: readonly (readonly (string | null)[])[]) => ({
  columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
  rows,
  hasMore: false,
  milliseconds: 1,
});

describe("a result", () => {
  test("is a table, numbers at the right", () => {
    const { lines, cut } = resultText(
      result({ id: "int", name: "string" }, [
        ["1", "a\nb"],
        ["20", null],
      ]),
      80,
      "auto",
    );
    expect(lines).toEqual([
      "+----+------+",
      "| id | name |",
      "+----+------+",
      "|  1 | a\\nb |",
      "| 20 | NULL |",
      "+----+------+",
    ]);
    expect(cut).toBe(false);
  });
  test("is cut to the terminal, the widest column first", () => {
    const { lines, cut } = resultText(result({ id: "int", text: "string" }, [["1", "x".repeat(100)]]), 40, "auto");
    expect(lines[3]).toBe(`|  1 | ${"x".repeat(30)}… |`);
    expect([cut, ...lines.map((one) => one.length)]).toEqual([true, 40, 40, 40, 40, 40]);
  });
  test("of too many columns is a line a field, unless a table is asked for", () => {
    const columns = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`column_${i}`, "string"]));
    const wide = result(columns, [Array.from({ length: 20 }, (_, i) => `value ${i}`)]);
    const { lines } = resultText(wide, 80, "auto");
    expect(lines.slice(0, 3)).toEqual([`-[ 1 ]${"-".repeat(23)}`, "column_0  | value 0", "column_1  | value 1"]);
    expect(resultText(wide, 80, "table").lines[0]).toMatch(/^\+-/);
  });
  test("of letters of double width stands straight", () => {
    const { lines } = resultText(result({ s: "string" }, [["日本"], ["abcd"]]), 80, "auto");
    expect(lines.slice(3, 5)).toEqual(["| 日本 |", "| abcd |"]);
  });
});

test("commands of the prompt", () => {
  const settings = { layout: "auto", limit: 1000, timing: true } as const;
  expect(promptCommand("\\d orders;", settings)).toEqual({ kind: "statement", statement: "DESCRIBE TABLE orders" });
  expect(promptCommand("\\x", settings)).toMatchObject({ settings: { layout: "vertical" } });
  expect(promptCommand("\\limit 5", settings)).toMatchObject({ settings: { limit: 5 } });
  expect(promptCommand("\\limit many", settings)).toMatchObject({ kind: "unknown" });
  expect(promptCommand("\\y", settings)).toEqual({ kind: "unknown", said: "\\y is no command; \\? shows them." });
});

const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

test.skipIf(!hasTerminals)(
  "a session at a terminal (skipped where there is no `script` to make one)",
  async () => {
    const folder = temporaryFolder();
    const command = `stty rows 24 cols 100; exec ${process.execPath} ${builtPackage().command} sql`;
    const env: NodeJS.ProcessEnv = { ...process.env, TERM: "xterm" };
    delete env.PAGER;
    const terminal = spawn("script", ["-qec", command, "/dev/null"], { cwd: folder, env });
    let output = "";
    terminal.stdout.on("data", (data) => {
      output += String(data);
    });
    const until = async (pattern: RegExp): Promise<string> => {
      for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
        if (!pattern.test(output)) continue;
        const shown = output;
        output = "";
        return shown;
      }
      throw new Error(`the terminal does not show ${pattern}: ${output}`);
    };
    // Colours and movements of the cursor begin so.
    const control = "\u001b";
    const prompt = new RegExp(`main\\.default> (?:${control}\\[\\d+G)?$`);
    const type = (text: string, pattern = prompt): Promise<string> => {
      terminal.stdin.write(text);
      return until(pattern);
    };
    await until(prompt);
    await type("CREATE TABLE orders (order_id BIGINT);\r");
    await type("INSERT INTO orders VALUES (7);\r");
    await type("SELECT order_\t", /order_/);
    await type("id AS id\r\tFROM ord", /FROM ord/);
    await type("\t", /ers/);
    expect(await type(";\r")).toMatch(/\| {2}7 \|[\s\S]*1 row \(\d+\.\d{3} s\)/);
    expect(await type("SELECT amont FROM orders;\r")).toMatch(/ {9}\^[\s\S]*\[UNRESOLVED_COLUMN.WITH_SUGGESTION\]/);
    await type("SELECT id FROM range(100);\r", /--More--/);
    await type("q");
    // The one above the last.
    expect(await type("\u001b[A\u001b[A\r")).toContain("UNRESOLVED_COLUMN");
    terminal.stdin.write("SELECT count(*) FROM range(1000000000000) WHERE sqrt(id) > 5;\r");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await type("\u0003")).toContain("OPERATION_CANCELED");
    const ended = new Promise((resolve) => terminal.on("close", resolve));
    terminal.stdin.write("\u0004");
    expect(await ended).toBe(0);
    expect(existsSync(join(folder, ".lakelet/sql_history"))).toBe(true);
    expect(readFileSync(join(folder, ".lakelet/sql_history"), "utf8")).toContain(
      "SELECT order_id AS id FROM orders;\n",
    );
  },
  120_000,
);
