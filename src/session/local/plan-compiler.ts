/** Compiles a DataFrame's plan: expressions go through Spark SQL text, structure is put together here from attributes. */

import type { Plan } from "../../dataframe/plan.js";
import { inputsOf } from "../../dataframe/plan-text.js";
import type { struct } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import { compileQuery } from "../../sql/analysis/compile-query.js";
import { parseQuery } from "../../sql/parse/parse.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { compileAggregate } from "./aggregate-step.js";
import { type CompiledPlan, taggedWith, visible } from "./compiled-plan.js";
import { NameResolver } from "./name-resolver.js";
import { compileDescribe, compileNaDrop, compileNaFill, compileNaReplace } from "./null-steps.js";
import type { FileSources } from "./opened-files.js";
import { carriedAttributes } from "./projection.js";
import type { Runtime } from "./runtime.js";

const INPUT = "__input";
const LEFT = "__left";
const RIGHT = "__right";
/** The file of a row travels through steps under this name. */
const FILE = "__file_path";

export class PlanCompiler {
  private readonly compiled = new Map<Plan, Promise<CompiledPlan>>();

  constructor(
    private readonly runtime: Runtime,
    private readonly sources: FileSources,
    private readonly withFile: boolean,
  ) {}

  /** Each plan is compiled once, however often it occurs in the tree. */
  compile(plan: Plan): Promise<CompiledPlan> {
    const known = this.compiled.get(plan) ?? this.compileStep(plan);
    this.compiled.set(plan, known);
    return known;
  }

  private async compileStep(plan: Plan): Promise<CompiledPlan> {
    const inputs = await Promise.all(inputsOf(plan).map((input) => this.compile(input)));
    const step = await this.step(plan, inputs);
    return { ...step, relation: { ...step.relation, output: taggedWith(plan.id, step.relation.output) } };
  }

  private async step(plan: Plan, inputs: readonly CompiledPlan[]): Promise<CompiledPlan> {
    const [input] = inputs;
    switch (plan.kind) {
      case "sql":
        return this.query(plan.text, new Map());
      case "table":
        return unordered(await this.resolver(new Map()).table({ name: plan.name, ...timeTravel(plan.options) }));
      case "files":
        return unordered(await this.resolver(new Map()).files(plan.format, plan.paths, plan.options, plan.schemaDdl));
      case "rows":
        return unordered({ sql: await this.runtime.registered(plan), output: attributesOf(plan.schema.fields) });
      case "cached":
        return unordered({ sql: plan.relation, output: attributesOf(plan.schema.fields) });
      case "values":
        return this.query(valuesText(plan), new Map());
      case "range":
        return this.query(`SELECT id FROM range(${plan.start}L, ${plan.end}L, ${plan.step}L)`, new Map());
      default:
        return input ? this.transform(plan, input, inputs[1]) : this.unknown(plan);
    }
  }

  private async transform(plan: Plan, input: CompiledPlan, right: CompiledPlan | undefined): Promise<CompiledPlan> {
    const { relation } = input;
    switch (plan.kind) {
      case "project":
        return this.project(plan.expressions, input);
      case "with-columns":
        return this.withColumns(plan.columns, input);
      case "filter":
        return {
          ...(await this.onInput(`SELECT * FROM ${INPUT} WHERE ${plan.condition}`, relation)),
          ordered: input.ordered,
        };
      case "sort":
        return this.onInput(`SELECT * FROM ${INPUT} ORDER BY ${plan.keys.map((key) => key.text).join(", ")}`, relation);
      case "limit":
        return { relation: limited(relation, plan.count, plan.offset), ordered: input.ordered };
      case "distinct":
        if (plan.columns)
          return unordered(
            distinctOn(
              relation,
              plan.columns.map((name) => this.attribute(relation, name)),
            ),
          );
        return { ...(await this.onInput(`SELECT DISTINCT * FROM ${INPUT}`, relation)), ordered: false };
      case "sample":
        return this.onInput(sampleText(plan), relation);
      case "rename":
        return { ...input, relation: { ...relation, output: relation.output.map((one) => renamed(one, plan.names)) } };
      case "to-names":
        return { ...input, relation: this.withNames(relation, plan.names) };
      case "drop":
        return { ...input, relation: await this.dropped(relation, plan.columns) };
      case "alias":
        return {
          ...input,
          relation: { ...relation, output: relation.output.map((one) => ({ ...one, qualifiers: [[plan.name]] })) },
        };
      case "na-fill":
        return this.withColumns(compileNaFill(visible(relation), plan), input);
      case "na-replace":
        return this.withColumns(compileNaReplace(visible(relation), plan), input);
      case "na-drop":
        return this.onInput(`SELECT * FROM ${INPUT} WHERE ${compileNaDrop(visible(relation), plan)}`, relation);
      case "describe":
        return this.query(compileDescribe(visible(relation), plan, INPUT), new Map([[INPUT, relation]]));
      case "aggregate": {
        const text = await compileAggregate(plan, INPUT, (sql) => this.values(sql, relation));
        return this.carrying(await this.query(text, new Map([[INPUT, relation]])), plan.keys, relation);
      }
      default:
        return right ? this.combine(plan, input, right) : this.unknown(plan);
    }
  }

  private async combine(plan: Plan, left: CompiledPlan, right: CompiledPlan): Promise<CompiledPlan> {
    const given = new Map([
      [LEFT, left.relation],
      [RIGHT, right.relation],
    ]);
    if (plan.kind === "join") {
      const type = plan.type.replace("-", " ").toUpperCase();
      const on =
        plan.on !== undefined ? ` ON ${plan.on}` : plan.using ? ` USING (${plan.using.map(quoteName).join(", ")})` : "";
      const joined = await this.query(`SELECT * FROM ${LEFT} ${type} JOIN ${RIGHT}${on}`, given);
      const one = plan.type === "left-semi" || plan.type === "left-anti";
      const carried = plan.using ? undefined : [...visible(left.relation), ...(one ? [] : visible(right.relation))];
      return carried ? withQualifiersOf(joined, carried) : joined;
    }
    if (plan.kind === "set") {
      const operator = `${plan.operator.toUpperCase()}${plan.all ? " ALL" : ""}${plan.byName ? " BY NAME" : ""}`;
      const [first, second] = plan.allowMissingColumns
        ? [missingAsNull(left.relation, right.relation, LEFT), missingAsNull(right.relation, left.relation, RIGHT)]
        : [`SELECT * FROM ${LEFT}`, `SELECT * FROM ${RIGHT}`];
      return this.query(`${first} ${operator} ${second}`, given);
    }
    return this.unknown(plan);
  }

  private async project(expressions: readonly string[], input: CompiledPlan): Promise<CompiledPlan> {
    const step = await this.onInput(`SELECT ${expressions.join(", ")} FROM ${INPUT}`, input.relation, false);
    return { ...this.carrying(step, expressions, input.relation), ordered: input.ordered };
  }

  /** A new column of an existing name takes its place, the others go to the end. */
  private async withColumns(
    columns: readonly { readonly name: string; readonly expression: string }[],
    input: CompiledPlan,
  ): Promise<CompiledPlan> {
    if (columns.length === 0) return input;
    const list = columns.map((one) => `${one.expression} AS ${quoteName(one.name)}`);
    const { relation } = await this.onInput(`SELECT *, ${list.join(", ")} FROM ${INPUT}`, input.relation);
    const shown = visible(relation);
    const before = visible(input.relation).length;
    const added = shown.slice(before);
    const replaced = shown.slice(0, before).map((one) => added.find((other) => sameName(other.name, one.name)) ?? one);
    const appended = added.filter((one) => !replaced.includes(one));
    return {
      relation: { ...relation, output: [...replaced, ...appended, ...relation.output.filter((one) => one.hidden)] },
      ordered: input.ordered,
    };
  }

  /** Runs Spark SQL over the input as `__input`; the file of a row, where wanted, travels along. */
  private async onInput(text: string, relation: Relation, sameColumns = true): Promise<CompiledPlan> {
    const carriesFile = relation.fileName !== undefined;
    const full = carriesFile
      ? text.replace(` FROM ${INPUT}`, `, input_file_name() AS ${FILE}, _metadata AS \`_metadata\` FROM ${INPUT}`)
      : text;
    const step = await this.query(full, new Map([[INPUT, relation]]));
    const result = carriesFile ? withHiddenTail(step) : step;
    return sameColumns ? withQualifiersOf(result, visible(relation)) : result;
  }

  private async query(text: string, given: ReadonlyMap<string, Relation>): Promise<CompiledPlan> {
    const compiled = await compileQuery(parseQuery(text), {
      resolver: this.resolver(given),
      context: this.runtime.state.functionContext(),
    });
    return { relation: { sql: `(${compiled.sql})`, output: compiled.output }, ordered: compiled.ordered };
  }

  private async values(sql: string, relation: Relation): Promise<readonly (string | null)[]> {
    const step = await this.query(sql, new Map([[INPUT, relation]]));
    const { rows } = await this.runtime.engine.run(`SELECT * FROM ${step.relation.sql} AS "q"`);
    return rows.map((row) => (row[0] === null || row[0] === undefined ? null : String(row[0])));
  }

  private resolver(given: ReadonlyMap<string, Relation>): NameResolver {
    return new NameResolver(this.runtime, { sources: this.sources, withFile: this.withFile, given });
  }

  private carrying(step: CompiledPlan, expressions: readonly string[], input: Relation): CompiledPlan {
    const carried = carriedAttributes(expressions, input);
    return {
      ...step,
      relation: { ...step.relation, output: step.relation.output.map((one, i) => joinQualifiers(one, carried[i])) },
    };
  }

  private withNames(relation: Relation, names: readonly string[]): Relation {
    let i = 0;
    return {
      ...relation,
      output: relation.output.map((one) => (one.hidden ? one : { ...one, name: names[i++] ?? one.name })),
    };
  }

  /** Names or column expressions; a name that is not there is no error, as in Spark. */
  private async dropped(relation: Relation, columns: readonly string[]): Promise<Relation> {
    const gone = new Set<Attribute>();
    for (const text of columns) for (const one of carriedAttributes([text], relation, true)) if (one) gone.add(one);
    return { ...relation, output: relation.output.filter((one) => !gone.has(one)) };
  }

  private attribute(relation: Relation, name: string): Attribute {
    const [found] = carriedAttributes([quoteName(name)], relation);
    if (found) return found;
    throw new Error(`no column ${name}`);
  }

  private unknown(plan: Plan): never {
    throw new Error(`no compilation for a plan of the kind ${plan.kind}`);
  }
}

function unordered(relation: Relation): CompiledPlan {
  return { relation, ordered: false };
}

function attributesOf(fields: ReturnType<typeof struct>["fields"]): readonly Attribute[] {
  return fields.map(({ name, dataType, nullable }) => ({ name, dataType, nullable, engineName: name, qualifiers: [] }));
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function renamed(attribute: Attribute, names: Readonly<Record<string, string>>): Attribute {
  const entry = Object.entries(names).find(([from]) => !attribute.hidden && sameName(from, attribute.name));
  return entry ? { ...attribute, name: entry[1] } : attribute;
}

function joinQualifiers(attribute: Attribute, from: Attribute | undefined): Attribute {
  return from ? { ...attribute, qualifiers: [...attribute.qualifiers, ...from.qualifiers] } : attribute;
}

function withQualifiersOf(step: CompiledPlan, from: readonly Attribute[]): CompiledPlan {
  return {
    ...step,
    relation: {
      ...step.relation,
      output: step.relation.output.map((one, i) => (one.hidden ? one : joinQualifiers(one, from[i]))),
    },
  };
}

/** The last two columns are the file's: hidden, but reachable by the steps that follow. */
function withHiddenTail(step: CompiledPlan): CompiledPlan {
  const { output } = step.relation;
  const file = output[output.length - 2];
  const tail = output.slice(-1).map((one) => ({ ...one, hidden: true }));
  return {
    ...step,
    relation: {
      ...step.relation,
      output: [...output.slice(0, -2), ...tail],
      ...(file ? { fileName: file.engineName } : {}),
    },
  };
}

function limited(relation: Relation, count: number, offset: number): Relation {
  const limit = count < Number.MAX_SAFE_INTEGER ? ` LIMIT ${count}` : "";
  return { ...relation, sql: `(SELECT * FROM ${relation.sql} AS "q"${limit}${offset > 0 ? ` OFFSET ${offset}` : ""})` };
}

function distinctOn(relation: Relation, attributes: readonly Attribute[]): Relation {
  const keys = attributes.map((one) => engineName(one.engineName)).join(", ");
  return { ...relation, sql: `(SELECT DISTINCT ON (${keys}) * FROM ${relation.sql} AS "q")` };
}

function sampleText(plan: Extract<Plan, { kind: "sample" }>): string {
  const seed = plan.seed === undefined ? "" : ` REPEATABLE (${plan.seed})`;
  return `SELECT * FROM ${INPUT} TABLESAMPLE (${plan.fraction * 100} PERCENT)${seed}`;
}

function missingAsNull(relation: Relation, other: Relation, name: string): string {
  const missing = visible(other).filter((one) => !visible(relation).some((mine) => sameName(mine.name, one.name)));
  return `SELECT *${missing.map((one) => `, NULL AS ${quoteName(one.name)}`).join("")} FROM ${name}`;
}

function valuesText(plan: Extract<Plan, { kind: "values" }>): string {
  const rows = plan.rows.map((row) => `(${row.join(", ")})`).join(", ");
  return `SELECT * FROM VALUES ${rows} AS __values(${plan.names.map(quoteName).join(", ")})`;
}

function timeTravel(options: Readonly<Record<string, string>>): {
  readonly version?: number;
  readonly timestamp?: bigint;
} {
  if (options.versionasof !== undefined) return { version: Number(options.versionasof) };
  if (options.timestampasof !== undefined)
    return { timestamp: BigInt(new Date(options.timestampasof).getTime()) * 1000n };
  return {};
}
