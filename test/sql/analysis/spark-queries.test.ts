/** Every recorded query of test/golden/spark/queries, asked again of compileQuery on the engine: names, types, rows, errors. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { openQueries, type QueryAnswer, type QueryReplay, type RecordedQuery, rowsAgree } from "./query-replay.js";

const FOLDER = join(fileURLToPath(new URL(".", import.meta.url)), "../../golden/spark/queries");

let replay: QueryReplay;
beforeAll(async () => {
  replay = await openQueries();
});
afterAll(() => replay?.close());

describe("queries as Spark 4 answers them", () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
    const recorded: readonly RecordedQuery[] = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
    it(`${basename(file, ".json")}: ${recorded.length} statements`, { timeout: 120_000 }, async () => {
      const failures: string[] = [];
      for (const one of recorded) {
        const problem = difference(one, await replay.answer(one.sql));
        if (problem !== undefined) failures.push(`${one.sql}\n    ${problem}`);
      }
      expect(failures.join("\n"), `${failures.length} of ${recorded.length} statements differ`).toBe("");
    });
  }
});

function difference(recorded: RecordedQuery, answer: QueryAnswer): string | undefined {
  if ("error" in recorded) {
    if (!("error" in answer)) return `Spark: ${recorded.error}; lakelet: ${JSON.stringify(answer.rows)}`;
    return isLakeletError(answer.error, recorded.error)
      ? undefined
      : `Spark: ${recorded.error}; lakelet: ${answer.error}`;
  }
  if ("error" in answer) return `lakelet: ${answer.error}`;
  const own = answer.schema.map((one) => `${one.name}: ${one.type}`).join(", ");
  const spark = recorded.schema.map((one) => `${one.name}: ${one.type}`).join(", ");
  if (own !== spark) return `schema\n      ${own}; in Spark\n      ${spark}`;
  if (rowsAgree(recorded.rows, answer.rows, answer.ordered)) return undefined;
  return `rows\n      ${JSON.stringify(answer.rows)}; in Spark\n      ${JSON.stringify(recorded.rows)}`;
}
