/** docs/quality-report.md: the columns that it names are those of the table, its alert is evaluated, its options are the command's. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { qualityCommand } from "../../src/cli/quality.js";
import { expect as rule } from "../../src/quality/rules.js";
import { readAlert } from "../../src/tasks/sql/alert-definition.js";
import { evaluateAlert } from "../../src/tasks/sql/alert-evaluation.js";
import { useSession } from "../support/session.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const text = readFileSync(join(import.meta.dirname, "../../docs/quality-report.md"), "utf8");
const lake = useSession();

test("the columns of the metrics, and the alert over them", async () => {
  await lake.spark.execute("CREATE SCHEMA silver; USE silver; CREATE TABLE orders AS SELECT -1 AS amount");
  await lake.spark.checkTable("orders", [rule("positive", "amount > 0", { severity: "error" })]);
  const columns = (await lake.spark.catalog.listColumns("data_quality_metrics")).map((one) => one.name);
  const part = text.slice(text.indexOf("`data_quality_metrics`: `job_run_id`"), text.indexOf("Tables that an earlier"));
  const named = [...part.matchAll(/`([a-z_]+)`/g)].map((one) => one[1]).filter((one) => one !== "data_quality_metrics");
  expect([...new Set([...named, "lakelet", "dbt"])].sort()).toEqual([...columns, "lakelet", "dbt"].sort());

  const yaml = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const folder = temporaryFolder({ "failed-checks.alert.yml": yaml });
  const alert = readAlert(join(folder, "failed-checks.alert.yml"), "failed-checks", folder);
  expect(evaluateAlert(alert, await lake.spark.execute(alert.query.text))).toMatchObject({ state: "OK" });
  await lake.spark.execute("UPDATE data_quality_metrics SET status = 'FAILED'");
  expect(evaluateAlert(alert, await lake.spark.execute(alert.query.text))).toMatchObject({ state: "TRIGGERED" });
});

test("the options that it names", () => {
  const known = qualityCommand().options.map((one) => one.long);
  const named = [...text.matchAll(/(?<![\w`-])(--[a-z]+)|`(--[a-z]+)/g)].map((one) => one[1] ?? one[2]);
  expect([...new Set(named)].filter((one) => !known.includes(one))).toEqual([]);
  expect(known.filter((one) => !named.includes(one ?? "") && one !== "--warehouse")).toEqual([]);
});
