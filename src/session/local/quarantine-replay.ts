/** Fix and replay: rows in quarantine go through their gate again, and what passes is published once. */
import { append } from "../../commands/append.js";
import type { CommandResult } from "../../commands/contract.js";
import { deleteRows } from "../../commands/delete.js";
import { mergeInto } from "../../commands/merge/merge-into.js";
import { replaceWhere } from "../../commands/replace-where.js";
import { updateRows } from "../../commands/update.js";
import type { Snapshot } from "../../delta/contract.js";
import type { EngineQuery } from "../../engine/engine.js";
import type { Expectation, ExpectationResult } from "../../quality/expectation.js";
import { isRowRule } from "../../quality/rules.js";
import { field, findField, LONG, struct } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import type { ReplayOptions, ReplayResult } from "../quarantine-contract.js";
import { exclusively } from "./exclusive-run.js";
import { againAfterLostRace } from "./lost-race.js";
import { FileSources } from "./opened-files.js";
import { QualityGate } from "./quality-gate.js";
import { quarantineOf } from "./quarantine.js";
import { type GateOfRows, gatesOfRows, nothingHeldBack } from "./quarantine-gates.js";
import { chosenRows, type JudgedQuarantine, mendedRows, violationsOf } from "./replayed-rows.js";
import { referencedRows } from "./rule-surroundings.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";
import { scanSnapshot } from "./table-scan.js";
import { reportWrite } from "./write-frame.js";

/** The table's memory of replays: the number of the last one that was published. */
const REPLAYS = "lakelet.replay";
/** The number of the replay that has laid claim to a row of the quarantine. */
const CLAIM = "replay_id";

/**
 * Three commits: rows that pass are claimed in the quarantine under a number that no replay of the table had; they are published, the number
 * in the same commit; and leave the quarantine. A replay begins with finishing what a killed one has left: a claim whose number the table knows
 * is of published rows, any other is given up.
 */
export async function replay(runtime: Runtime, table: SessionTable, options: ReplayOptions): Promise<ReplayResult> {
  const run = async () => {
    if (!(await runtime.log(quarantineOf(runtime, table).location).exists())) throw nothingHeldBack(table);
    if (!options.dryRun) await settleClaims(runtime, table);
    const results: ReplayResult[] = [];
    for (const gate of await gatesOfRows(runtime, table, options))
      results.push(await replayGate(runtime, table, options, gate));
    return results.reduce(sumOf, NOTHING);
  };
  return options.dryRun ? run() : exclusively(runtime.catalog.warehouse, `replay ${table.name}`, run);
}

const NOTHING: ReplayResult = {
  version: undefined,
  selected: 0n,
  replayed: 0n,
  remaining: 0n,
  violations: [],
  checks: [],
};

function sumOf(one: ReplayResult, other: ReplayResult): ReplayResult {
  return {
    version: other.version ?? one.version,
    selected: one.selected + other.selected,
    replayed: one.replayed + other.replayed,
    remaining: one.remaining + other.remaining,
    violations: [...one.violations, ...other.violations],
    checks: [...one.checks, ...other.checks],
  };
}

/** Rows that one set of rules held back. */
async function replayGate(
  runtime: Runtime,
  table: SessionTable,
  options: ReplayOptions,
  gate: GateOfRows,
): Promise<ReplayResult> {
  const sources = new FileSources(runtime.engine);
  try {
    const number = ((await lastReplay(runtime, table)) ?? 0) + 1;
    // Another write of the table may put rows into the quarantine meanwhile; each attempt looks at it afresh.
    const counted = await againAfterLostRace(async () => {
      const snapshot = await runtime.log(quarantineOf(runtime, table).location).snapshot();
      const judged = await judgedRows(runtime, table, options, gate.expectations, snapshot, sources);
      const chosen = chosenRows(judged, gate.writeIds);
      const found = await countChosen(runtime, judged, chosen);
      if (!options.dryRun && found.replayed > 0n) await claim(runtime, table, { snapshot, judged, chosen, number });
      return found;
    });
    if (options.dryRun || counted.replayed === 0n) return counted;
    const published = await publishClaimed(runtime, table, options, gate.expectations, number);
    await release(runtime, table, number);
    return { ...counted, ...published };
  } finally {
    await sources.close();
  }
}

async function judgedRows(
  runtime: Runtime,
  table: SessionTable,
  options: ReplayOptions,
  expectations: readonly Expectation[],
  quarantine: Snapshot,
  sources: FileSources,
): Promise<JudgedQuarantine> {
  const { sql } = await scanSnapshot(runtime, quarantine, { withFile: false, qualifiers: [] });
  return {
    relation: sql,
    quarantine: quarantine.schema,
    table: await runtime.log(table.location).snapshot(),
    compiler: runtime.commandContext().compiler,
    expectations,
    referenced: await referencedRows(runtime, expectations, sources),
    options,
  };
}

async function countChosen(runtime: Runtime, judged: JudgedQuarantine, chosen: string): Promise<ReplayResult> {
  const rules = violationsOf(judged);
  const flags = rules.map(({ sql }, i) => `${sql} AS "v${i}"`);
  const broken = rules.length === 0 ? "FALSE" : rules.map((_, i) => `"v${i}"`).join(" OR ");
  const sums = rules.map((_, i) => `count(*) FILTER (WHERE "v${i}")`);
  const inner = `SELECT ${['1 AS "row"', ...flags].join(", ")} FROM ${judged.relation} AS "held" WHERE ${chosen}`;
  const { rows } = await runtime.engine.run(
    `SELECT ${["count(*)", `count(*) FILTER (WHERE ${broken})`, ...sums].join(", ")} FROM (${inner}) AS "f"`,
  );
  const [selected = 0n, remaining = 0n, ...each] = (rows[0] ?? []).map((value) => BigInt(String(value ?? 0)));
  const violations = rules
    .map(({ name }, i) => ({ expectation: name, rows: each[i] ?? 0n }))
    .filter((one) => one.rows > 0n);
  return { ...NOTHING, selected, remaining, replayed: selected - remaining, violations };
}

/** Marks the rows that pass; all else stays as it was. */
async function claim(
  runtime: Runtime,
  table: SessionTable,
  claimed: {
    readonly snapshot: Snapshot;
    readonly judged: JudgedQuarantine;
    readonly chosen: string;
    readonly number: number;
  },
): Promise<void> {
  const { snapshot, judged, chosen, number } = claimed;
  const broken = violationsOf(judged).map(({ sql }) => sql);
  const passes = [chosen, ...broken.map((sql) => `NOT ${sql}`)].join(" AND ");
  const mark = `CASE WHEN ${passes} THEN ${number}::BIGINT END AS ${engineName(CLAIM)}`;
  const others = snapshot.schema.fields.filter(({ name }) => name !== CLAIM);
  const columns = others.map(({ name }) => `"held".${engineName(name)}`);
  const source: EngineQuery = {
    sql: `SELECT ${[...columns, mark].join(", ")} FROM ${judged.relation} AS "held"`,
    schema: struct([...others, field(CLAIM, LONG)]),
  };
  const target = quarantineOf(runtime, table);
  const context = runtime.commandContext(new Map([[target.location, snapshot]]));
  await replaceWhere(context, target, source, "true", { byName: true, mergeSchema: true, readsTarget: true });
}

/** The claimed rows through the gate; where it fails, nothing is published and the claim is given up. */
async function publishClaimed(
  runtime: Runtime,
  table: SessionTable,
  options: ReplayOptions,
  expectations: readonly Expectation[],
  number: number,
): Promise<{ readonly version: number | undefined; readonly checks: readonly ExpectationResult[] }> {
  const snapshot = await runtime.log(quarantineOf(runtime, table).location).snapshot();
  const sources = new FileSources(runtime.engine);
  try {
    const judged = await judgedRows(runtime, table, options, expectations, snapshot, sources);
    const source = mendedRows(judged, `"held".${engineName(CLAIM)} = ${number}`);
    const transactions = [{ appId: REPLAYS, version: number }];
    const context = runtime.commandContext();
    // Rows that break a rule were left where they are; one that does now has been changed by somebody else.
    const rules = expectations.filter(({ rule }) => isRowRule(rule)).map(strictly);
    const gate = new QualityGate(runtime, table, rules, context.compiler, { column: "", renewal: "add" });
    await gate.prepare();
    const hook = { ...gate.hook(source, async () => {}), transactions };
    const result =
      options.on === undefined
        ? await append(context, table, source, { byName: true, hook })
        : await merged(runtime, table, source, options.on, number, gate);
    reportWrite(runtime, table, "REPLAY", result);
    return { version: result.version, checks: gate.results };
  } catch (error) {
    await settleClaims(runtime, table);
    throw error;
  } finally {
    await sources.close();
  }
}

/** A rule that drops rows fails the replay; shares and numbers of rows that pass are those of whole writes. */
function strictly({ threshold: _, onViolation, ...one }: Expectation): Expectation {
  return { ...one, onViolation: onViolation === "warn" ? "warn" : "fail" };
}

async function merged(
  runtime: Runtime,
  table: SessionTable,
  source: EngineQuery,
  on: readonly string[],
  number: number,
  gate: QualityGate,
): Promise<CommandResult> {
  const writeId = crypto.randomUUID();
  // Not by stars: the table may have columns of which it gives the values itself.
  const columns = source.schema.fields.map(({ name }) => [name]);
  const values = source.schema.fields.map(({ name }) => `s.${quoteName(name)}`);
  const assignments = columns.map((target, i) => ({ target, value: values[i] ?? "NULL" }));
  await gate.audit({ schema: source.schema, published: `(${source.sql})`, heldBack: [], writeId });
  return mergeInto(runtime.commandContext(), table, source, {
    condition: on.map((key) => `t.${quoteName(key)} = s.${quoteName(key)}`).join(" AND "),
    targetAlias: "t",
    sourceQualifier: ["s"],
    clauses: [
      { when: "matched", action: { kind: "update", assignments } },
      { when: "not-matched", action: { kind: "insert", columns, values } },
    ],
    withSchemaEvolution: false,
    writeId,
    transactions: [{ appId: REPLAYS, version: number }],
  });
}

/** Finishes what killed replays have left, and what the last one has published. */
async function settleClaims(runtime: Runtime, table: SessionTable): Promise<void> {
  const target = quarantineOf(runtime, table);
  const snapshot = await runtime.log(target.location).snapshot();
  if (findField(snapshot.schema, CLAIM) === undefined) return;
  const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  const { rows } = await runtime.engine.run(
    `SELECT DISTINCT ${engineName(CLAIM)} FROM ${sql} AS q WHERE ${engineName(CLAIM)} IS NOT NULL`,
  );
  const published = (await lastReplay(runtime, table)) ?? 0;
  const numbers = rows.map((row) => Number(row[0]));
  for (const number of numbers) {
    if (number <= published) await release(runtime, table, number);
    else await giveUp(runtime, table, number);
  }
}

/** Published rows leave the quarantine. */
async function release(runtime: Runtime, table: SessionTable, number: number): Promise<void> {
  const target = quarantineOf(runtime, table);
  await deleteRows(runtime.commandContext(), target, { condition: `${quoteName(CLAIM)} = ${number}` });
}

async function giveUp(runtime: Runtime, table: SessionTable, number: number): Promise<void> {
  const target = quarantineOf(runtime, table);
  await updateRows(runtime.commandContext(), target, {
    assignments: [{ target: [CLAIM], value: "CAST(NULL AS BIGINT)" }],
    condition: `${quoteName(CLAIM)} = ${number}`,
  });
}

async function lastReplay(runtime: Runtime, table: SessionTable): Promise<number | undefined> {
  const snapshot = await runtime.log(table.location).snapshot();
  return (await snapshot.transactions()).get(REPLAYS)?.version;
}
