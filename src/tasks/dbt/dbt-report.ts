/** What dbt's results are to the run: a table of its nodes, and its tests as checks. */
import type { TaskOutput, TaskReport } from "../../jobs/run/attempt.js";
import type { CheckRecord } from "../../session/contract.js";
import type { DbtManifest, DbtNode, DbtResult } from "./dbt-artifacts.js";

const COLUMNS = [
  { name: "node", type: "STRING" },
  { name: "kind", type: "STRING" },
  { name: "status", type: "STRING" },
  { name: "seconds", type: "DOUBLE" },
  { name: "message", type: "STRING" },
] as const;

export function resultTable(results: readonly DbtResult[], manifest: DbtManifest): TaskOutput {
  const rows = results.map(({ id, status, seconds, message }) => {
    const node = manifest.get(id);
    return [node?.name ?? id, node?.type ?? "", status, Math.round(seconds * 1000) / 1000, message];
  });
  return { kind: "table", columns: COLUMNS, rows, truncated: false };
}

const STATUS = { pass: "PASSED", warn: "WARNED", fail: "FAILED", error: "FAILED" } as const;

export function checkReports(results: readonly DbtResult[], manifest: DbtManifest): readonly TaskReport[] {
  return results.flatMap(({ id, status, failures }) => {
    const node = manifest.get(id);
    const known = STATUS[status as keyof typeof STATUS];
    if (node?.type !== "test" || known === undefined) return [];
    const violations = failures ?? 0;
    return [
      { kind: "check", table: tableOf(node, manifest), check: node.name, status: known, value: violations, violations },
    ];
  });
}

/** The same for `data_quality_metrics`: of tests of tables and models, whatever dbt made of them. */
export function checkRecords(results: readonly DbtResult[], manifest: DbtManifest): readonly CheckRecord[] {
  return results.flatMap(({ id, message }, i): readonly CheckRecord[] => {
    const [report] = checkReports(results.slice(i, i + 1), manifest);
    const node = manifest.get(id);
    if (report?.kind !== "check" || report.table === "" || !node) return [];
    const told = message ?? undefined;
    return [
      {
        table: report.table,
        check: report.check,
        type: node.type === "unit_test" ? "dbt_unit_test" : "dbt_test",
        expression: node.file,
        status: report.status,
        value: report.value,
        violations: BigInt(report.violations),
        severity: report.status === "WARNED" ? "warn" : "error",
        ...(told !== undefined && { description: told }),
        source: "dbt",
      },
    ];
  });
}

function tableOf(test: DbtNode, manifest: DbtManifest): string {
  const about = manifest.get(test.attachedTo ?? test.dependsOn[0] ?? "");
  if (!about) return "";
  const { catalog, schema, name } = about.relation;
  return [catalog.toLowerCase(), schema, name].join(".");
}
