import { expect, it } from "vitest";
import { readCron, timesBetween } from "../../src/jobs/quartz/cron.js";
import { javaTimeZone } from "../../src/jobs/quartz/java-time-zone.js";
import { EXPRESSIONS, FROM, REFUSED, UNTIL, ZONES } from "./quartz/cases.js";
import { askQuartz } from "./quartz/quartz.js";

it("30 zones x 5 years with both clock changes: the same occurrences as Quartz, to the second", () => {
  const questions = ZONES.flatMap((zone) =>
    EXPRESSIONS.map((expression) => ({ expression, zone, after: FROM, until: UNTIL })),
  );
  const theirs = askQuartz(questions);
  const different = questions.flatMap(({ expression, zone }, i) => {
    const mine = occurrences(expression, zone);
    return mine === theirs[i] ? [] : [`${zone}: ${expression}: ${firstDifference(mine, theirs[i] ?? "")}`];
  });
  expect(different).toEqual([]);
});

it("what Quartz refuses is refused", () => {
  const answers = askQuartz(REFUSED.map((expression) => ({ expression, zone: "UTC", after: FROM, until: FROM })));
  expect(answers.filter((answer) => !answer.startsWith("!"))).toEqual([]);
  expect(REFUSED.filter((expression) => readCron(expression).kind === "cron")).toEqual([]);
});

function occurrences(expression: string, id: string): string {
  const reading = readCron(expression);
  const zone = javaTimeZone(id);
  if (reading.kind === "invalid" || !zone) throw new Error(`${id}: ${expression}`);
  return timesBetween(reading.cron, zone, FROM, UNTIL, Number.POSITIVE_INFINITY)
    .map((time) => time / 1000)
    .join(" ");
}

function firstDifference(mine: string, theirs: string): string {
  const [ours, quartz] = [mine.split(" "), theirs.split(" ")];
  const at = ours.findIndex((time, i) => time !== quartz[i]);
  const text = (time: string | undefined) => (time ? new Date(Number(time) * 1000).toISOString() : "none");
  return `lakelet ${text(ours[at])}, Quartz ${text(quartz[at])} (${ours.length} and ${quartz.length})`;
}
