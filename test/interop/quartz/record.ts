/** Records Quartz's occurrences for the tests that need no Java: `npx jiti test/interop/quartz/record.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXPRESSIONS, ZONES } from "./cases.js";
import { askQuartz } from "./quartz.js";

const DAY = 86_400_000;
/** Days that the clock changes on in most of the zones, in 2026, and what lies around them. */
const CHANGES = ["2026-03-08", "2026-03-28", "2026-04-05", "2026-04-24", "2026-09-27", "2026-10-25", "2026-11-01"];
const HOURLY = /^\S+ \S+ (\*|\S*-\S*|\S*,\S*) /;

/** Too many times for a file that people may read: compared by the interop test only. */
const DENSE = ["0 0/15 22-4 * * ?", "30 */20 */5 * */4 ?", "0 50/20 23 ? NOV-FEB MON-FRI 2025-2027"];

const questions = ZONES.flatMap((zone) =>
  EXPRESSIONS.filter((one) => !DENSE.includes(one)).flatMap((expression) => {
    const daily = /^\S+ \S+ \S+ \* \* \?$/.test(expression) || HOURLY.test(expression);
    if (!daily) return zone === "Europe/Warsaw" ? [ask(expression, zone, "2024-01-01", 3 * 366)] : [];
    return CHANGES.map((day) => ask(expression, zone, day, 1.5));
  }),
);

function ask(expression: string, zone: string, day: string, days: number) {
  const after = Date.parse(day) - DAY / 2;
  return { expression, zone, after, until: after + days * DAY };
}

const answers = askQuartz(questions);
const lines = questions.map((one, i) =>
  [one.expression, one.zone, one.after / 1000, one.until / 1000, answers[i]].join("\t"),
);
writeFileSync(join(import.meta.dirname, "../../jobs/quartz/occurrences.tsv"), `${lines.join("\n")}\n`);
