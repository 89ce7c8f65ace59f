/** Every recorded answer of real Spark (test/golden/spark/*.json), asked again of lakelet: parser, analysis, functions, engine. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
import { type Answer, openReplay, type Recorded, type Replay, sameAnswer } from "./replay.js";

const FOLDER = join(fileURLToPath(new URL(".", import.meta.url)), "spark");

interface Refusal {
  readonly sql: string;
  readonly condition: string;
  readonly reason: string;
}

const refusals: readonly Refusal[] = JSON.parse(readFileSync(join(FOLDER, "..", "refusals.json"), "utf8"));
const refused = new Map(refusals.map((one) => [one.sql, one]));
const families = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

let replay: Replay;
let engine: Engine;

beforeAll(async () => {
  replay = await openReplay();
  engine = replay.engine;
});
afterAll(() => engine?.close());

describe("answers of Spark 4", () => {
  for (const file of families) {
    const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
    it(`${basename(file, ".json")}: ${recorded.length} statements`, async () => {
      const failures: string[] = [];
      for (const one of recorded) {
        if ("unrecorded" in one) failures.push(`${one.sql}\n    was not recorded: ${one.unrecorded}`);
        else if (!refused.has(one.sql)) failures.push(...difference(one, await replay.answer(one.sql)));
      }
      expect(failures.join("\n"), `${failures.length} of ${recorded.length} statements differ`).toBe("");
    });
  }

  it("refuses by name what it does not answer", async () => {
    const failures: string[] = [];
    for (const { sql, condition } of refusals) {
      const answer = await replay.answer(sql);
      if (!("error" in answer) || !isLakeletError(answer.error, condition)) {
        failures.push(`${sql}\n    is not refused with ${condition}: ${JSON.stringify(replay.shown(answer))}`);
      }
    }
    expect(failures.join("\n")).toBe("");
  });
});

function difference(recorded: Recorded, answer: Answer): readonly string[] {
  const problem = sameAnswer(recorded, answer);
  return problem === undefined ? [] : [`${recorded.sql}\n${problem}`];
}
