import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import type { MergeClause } from "../../src/commands/merge/merge-command.js";
import { mergeInto } from "../../src/commands/merge/merge-into.js";
import { replaceOn, replaceUsing } from "../../src/commands/replace-on.js";
import { replaceWhere } from "../../src/commands/replace-where.js";
import { updateRows } from "../../src/commands/update.js";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
import { rowsByFeed } from "./change-feed.js";
import { type Lake, openLake, textOf } from "./lake.js";
import {
  conditionText,
  holds,
  type ModelClause,
  type ModelCondition,
  type ModelRow,
  mergeModel,
} from "./table-model.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const cell = fc.option(fc.integer({ min: 0, max: 6 }), { nil: null, freq: 4 });
const row: fc.Arbitrary<ModelRow> = fc.record({
  key: cell,
  value: cell,
  part: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null, freq: 5 }),
});
const rows = fc.array(row, { maxLength: 8 });
const condition: fc.Arbitrary<ModelCondition> = fc.record({
  column: fc.constantFrom("key", "value", "part"),
  operator: fc.constantFrom("=", "<", ">=", "<>", "IS NULL"),
  constant: fc.integer({ min: 0, max: 6 }),
});
const action = fc.constantFrom("delete", "star", "add");

/** Clauses of one kind: all but the last have a condition. */
function clausesOf(when: ModelClause["when"]): fc.Arbitrary<readonly ModelClause[]> {
  const actions =
    when === "not-matched"
      ? fc.constantFrom("star", "add")
      : when === "matched"
        ? action
        : fc.constantFrom("delete", "add");
  const clause = (conditions: fc.Arbitrary<ModelCondition | undefined>): fc.Arbitrary<ModelClause> =>
    fc.record({
      when: fc.constant(when),
      condition: conditions,
      action: actions as fc.Arbitrary<ModelClause["action"]>,
    });
  return fc
    .tuple(
      fc.array(clause(condition), { maxLength: 1 }),
      fc.array(clause(fc.option(condition, { nil: undefined })), { maxLength: 1 }),
    )
    .map(([front, last]) => [...front, ...last]);
}
const clauses = fc
  .tuple(clausesOf("matched"), clausesOf("not-matched"), clausesOf("not-matched-by-source"))
  .map((groups) => groups.flat())
  .filter((all) => all.length > 0);

type Step =
  | { readonly kind: "append"; readonly rows: readonly ModelRow[] }
  | { readonly kind: "delete"; readonly condition: ModelCondition }
  | { readonly kind: "update"; readonly condition: ModelCondition; readonly column: keyof ModelRow }
  | { readonly kind: "replace-where"; readonly condition: ModelCondition; readonly rows: readonly ModelRow[] }
  | {
      readonly kind: "replace-using";
      readonly columns: readonly (keyof ModelRow)[];
      readonly rows: readonly ModelRow[];
    }
  /** ON t.key = s.key AND t.value >= s.value */
  | { readonly kind: "replace-on"; readonly rows: readonly ModelRow[] }
  | { readonly kind: "merge"; readonly rows: readonly ModelRow[]; readonly clauses: readonly ModelClause[] };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("append" as const), rows }),
  fc.record({ kind: fc.constant("delete" as const), condition }),
  fc.record({ kind: fc.constant("update" as const), condition, column: fc.constantFrom("key", "value", "part") }),
  fc.record({ kind: fc.constant("replace-where" as const), condition, rows }),
  fc.record({
    kind: fc.constant("replace-using" as const),
    columns: fc.subarray(["key", "part"] as const, { minLength: 1 }),
    rows,
  }),
  fc.record({ kind: fc.constant("replace-on" as const), rows }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("merge" as const), rows, clauses }) },
);

function sourceSql(given: readonly ModelRow[]): string {
  const list = given.map(({ key, value, part }) => `(${key ?? "NULL"}, ${value ?? "NULL"}, ${part ?? "NULL"})`);
  const from = list.length === 0 ? "(SELECT NULL, NULL, NULL WHERE false)" : `(VALUES ${list.join(", ")})`;
  return `SELECT key::INTEGER AS key, value::INTEGER AS value, part::INTEGER AS part FROM ${from} AS v(key, value, part)`;
}

/** The model's rows after a step; undefined where the step has to fail. */
function applied(before: readonly ModelRow[], one: Step): readonly ModelRow[] | undefined {
  switch (one.kind) {
    case "append":
      return [...before, ...one.rows];
    case "delete":
      return before.filter((r) => holds(one.condition, r) !== true);
    case "update":
      return before.map((r) => (holds(one.condition, r) === true ? { ...r, [one.column]: 1 } : r));
    case "replace-where":
      if (one.rows.some((r) => holds(one.condition, r) !== true)) return undefined;
      return [...before.filter((r) => holds(one.condition, r) !== true), ...one.rows];
    case "replace-using": {
      const equal = (old: ModelRow, fresh: ModelRow): boolean =>
        one.columns.every((column) => old[column] !== null && old[column] === fresh[column]);
      return [...before.filter((old) => !one.rows.some((fresh) => equal(old, fresh))), ...one.rows];
    }
    case "replace-on": {
      const replaces = (old: ModelRow, fresh: ModelRow): boolean =>
        old.key !== null &&
        old.key === fresh.key &&
        old.value !== null &&
        fresh.value !== null &&
        old.value >= fresh.value;
      return [...before.filter((old) => !one.rows.some((fresh) => replaces(old, fresh))), ...one.rows];
    }
    case "merge": {
      const outcome = mergeModel(before, one.rows, one.clauses);
      return outcome === "ambiguous" ? undefined : outcome.rows;
    }
  }
}

async function perform(target: TargetTable, one: Step): Promise<void> {
  const { context } = lake;
  switch (one.kind) {
    case "append":
      await append(context, target, await lake.query(sourceSql(one.rows)), { byName: true });
      return;
    case "delete":
      await deleteRows(context, target, { condition: conditionText(one.condition) });
      return;
    case "update":
      await updateRows(context, target, {
        assignments: [{ target: [one.column], value: "1" }],
        condition: conditionText(one.condition),
      });
      return;
    case "replace-where":
      await replaceWhere(context, target, await lake.query(sourceSql(one.rows)), conditionText(one.condition), {
        byName: true,
      });
      return;
    case "replace-using":
      await replaceUsing(context, target, await lake.query(sourceSql(one.rows)), one.columns, { byName: true });
      return;
    case "replace-on":
      await replaceOn(
        context,
        target,
        await lake.query(sourceSql(one.rows)),
        { condition: "t.key = s.key AND t.value >= s.value", targetAlias: "t", sourceAlias: "s" },
        { byName: true },
      );
      return;
    case "merge":
      await mergeInto(context, target, await lake.query(sourceSql(one.rows)), {
        condition: "t.key = s.key",
        targetAlias: "t",
        sourceQualifier: ["s"],
        withSchemaEvolution: false,
        clauses: one.clauses.map(toCommand),
      });
  }
}

function toCommand({ when, condition: taken, action: does }: ModelClause): MergeClause {
  const qualifier = when === "not-matched-by-source" ? "t" : "s";
  return {
    when,
    ...(taken === undefined ? {} : { condition: conditionText(taken, qualifier) }),
    action: mergeAction(when, does),
  };
}

function mergeAction(when: ModelClause["when"], does: ModelClause["action"]): MergeClause["action"] {
  if (does === "delete") return { kind: "delete" };
  if (when === "not-matched") {
    if (does === "star") return { kind: "insert-star" };
    return { kind: "insert", columns: [["part"], ["key"], ["value"]], values: ["s.part", "s.key", "s.value + 1000"] };
  }
  if (does === "star") return { kind: "update-star" };
  return { kind: "update", assignments: [{ target: ["t", "value"], value: "t.value + 1000" }] };
}

const asText = (given: readonly ModelRow[]): readonly string[] =>
  given.map(({ key, value, part }) => textOf([key, value, part])).sort();

interface Variant {
  readonly name: string;
  readonly configuration: Readonly<Record<string, string>>;
}
const FEED = { "delta.enableChangeDataFeed": "true" };
const VECTORS = { "delta.enableDeletionVectors": "true" };
const VARIANTS: readonly Variant[] = [
  { name: "copy-on-write", configuration: {} },
  { name: "deletion vectors", configuration: VECTORS },
  { name: "a change data feed", configuration: FEED },
  { name: "deletion vectors and a change data feed", configuration: { ...VECTORS, ...FEED } },
];

/** Makes the table of several files, so that what is known of their values decides which are looked at. */
async function tableOf(initial: readonly ModelRow[], partitionBy: readonly string[], variant: Variant) {
  const target = lake.table(`d${number++}`);
  for (const some of [initial.slice(0, 2), initial.slice(2, 4), initial.slice(4)]) {
    await append(lake.context, target, await lake.query(sourceSql(some)), { byName: true, partitionBy });
  }
  if (Object.keys(variant.configuration).length > 0) await lake.configure(target, variant.configuration);
  return target;
}

/** The step's condition of failure, or undefined. */
async function failureOf(target: TargetTable, one: Step): Promise<string | undefined> {
  return perform(target, one).then(
    () => undefined,
    (error: unknown) => {
      if (!isLakeletError(error)) throw error;
      return error.condition;
    },
  );
}

async function checkSequence(initial: readonly ModelRow[], steps: readonly Step[], target: TargetTable, feed: boolean) {
  let model = initial;
  for (const one of steps) {
    const expected = applied(model, one);
    const before = feed ? await lake.version(target) : 0;
    const failed = await failureOf(target, one);
    if (expected === undefined) {
      expect(failed).toMatch(/DELTA_REPLACE_WHERE_MISMATCH|DELTA_MULTIPLE_SOURCE_ROW/);
    } else {
      expect(failed).toBeUndefined();
      model = [...expected];
    }
    expect((await lake.rows(target)).map(textOf).sort()).toEqual(asText(model));
    if (feed) expect(await rowsByFeed(lake, target, before)).toEqual(asText(model));
  }
  const live = (await lake.files(target)).map((file) => file.path);
  expect(await lake.filesOnDisk(target)).toEqual(expect.arrayContaining(live.map(decodeURIComponent)));
}

const RUNS = Number(process.env.LAKELET_RUNS ?? 4);

describe.each(VARIANTS)("any sequence of commands with $name", (variant) => {
  it.each([{ partitionBy: [] }, { partitionBy: ["part"] }])(
    "gives the rows of the model, partitioned by $partitionBy",
    async ({ partitionBy }) => {
      await fc.assert(
        fc.asyncProperty(rows, fc.array(step, { minLength: 1, maxLength: 5 }), async (initial, steps) => {
          const target = await tableOf(initial, partitionBy, variant);
          await checkSequence(initial, steps, target, "delta.enableChangeDataFeed" in variant.configuration);
        }),
        { numRuns: RUNS },
      );
    },
  );
});
