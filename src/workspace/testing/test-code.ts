/** A test of a notebook or a SQL file. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { qualify } from "../../catalog/table-identifier.js";
import { nameParts } from "../../dataframe/column.js";
import { type Checked, type CountedExpectation, checkExpected, type Outcome } from "./check-expected.js";
import { createSchema, DEFAULT_SCHEMA, hasSchema, realSchema, texts } from "./given-tables.js";
import { Sandbox } from "./sandbox.js";
import type { Given, TestCase } from "./test-case.js";
import type { RunTestOptions } from "./test-result.js";

export async function testCode(test: TestCase, options: RunTestOptions): Promise<readonly Checked[]> {
  const given = test.given ?? {};
  const sandbox = await Sandbox.open({ ...options, given, configuration: texts(given.configuration) });
  try {
    for (const [name, table] of Object.entries(given.tables ?? {})) {
      const identifier = qualify(nameParts(name), DEFAULT_SCHEMA);
      await createSchema(sandbox.session, identifier);
      const parts = [identifier.catalog, identifier.schema, identifier.name];
      await sandbox.create(parts, table, await realSchema(options.project, parts, !hasSchema(table)));
    }
    const outcome =
      test.sql === undefined
        ? await runNotebook(sandbox, test, options)
        : await runSql(sandbox, test.sql, given, options);
    return await checkExpected(sandbox.session, DEFAULT_SCHEMA, test.expect, outcome);
  } finally {
    await sandbox.close();
  }
}

async function runSql(sandbox: Sandbox, path: string, given: Given, options: RunTestOptions): Promise<Outcome> {
  const { executeText } = await import("../../tasks/sql/execute-text.js");
  const beside = resolve(options.folder, path);
  const file = existsSync(beside) ? beside : options.project.paths.toLocal(path);
  const text = readFileSync(file, "utf8");
  try {
    const result = await executeText(text, texts(given.parameters), sandbox.session, () => {});
    return { error: undefined, expectations: reported(sandbox), result };
  } catch (error) {
    return {
      error: error instanceof Error && error.cause instanceof Error ? error.cause : error,
      expectations: reported(sandbox),
    };
  }
}

async function runNotebook(sandbox: Sandbox, test: TestCase, { project, folder }: RunTestOptions): Promise<Outcome> {
  const [{ hostNotebooks }, { notebookFile }, { performNotebook }, { NotebookLoader }] = await Promise.all([
    import("../../tasks/notebook/notebook-context.js"),
    import("../../tasks/notebook/notebook-file.js"),
    import("../../tasks/notebook/notebook-task.js"),
    import("../../tasks/notebook/typescript-notebook.js"),
  ]);
  hostNotebooks();
  const path = test.notebook ?? "";
  const beside = resolve(folder, path);
  const file = existsSync(beside) ? beside : notebookFile(path, project.paths, folder);
  const loader = new NotebookLoader({
    "lakelet/notebook": await import("../../notebook.js"),
    lakelet: await import("../../index.js"),
  });
  const { session: spark, paths } = sandbox;
  const parameters = texts(test.given?.parameters);
  const result = await performNotebook({ spark, file, parameters, paths, request: undefined, emit: () => {} }, loader);
  const error = result.state === "SUCCESS" ? undefined : result.failure;
  return { error, expectations: reported(sandbox) };
}

/** Of the gates of writes: rows that passed are not told. */
function reported({ reports }: Sandbox): readonly CountedExpectation[] {
  return reports.flatMap((one) =>
    one.kind === "check" ? [{ name: one.check, dataset: one.table, passed: undefined, failed: one.violations }] : [],
  );
}
