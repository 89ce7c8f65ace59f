/** Compiles a DataFrame's plan: expressions go through Spark SQL text, structure is put together from attributes. */
import { callSiteOf } from "../../dataframe/call-site.js";
import { patternOf } from "../../dataframe/column-pattern.js";
import type { Plan } from "../../dataframe/plan.js";
import { inputsOf, textsOf } from "../../dataframe/plan-text.js";
import { OUTER } from "../../dataframe/subquery.js";
import { LakeletError, locatedAt } from "../../errors/lakelet-error.js";
import type { StructField } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { Expression } from "../../sql/ast.js";
import { parseExpression } from "../../sql/parse/parse.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { compileAggregate } from "./aggregate-step.js";
import { changesByOptions } from "./change-feed.js";
import { dropped, renamed, withColumns, withMetadata, withNames, withPlaces } from "./column-steps.js";
import { aliased, combined, joined, joinedLaterally } from "./combine-steps.js";
import { type CompiledPlan, taggedWith } from "./compiled-plan.js";
import { compileDescribe } from "./describe-step.js";
import { withMissingReferences } from "./missing-references.js";
import { compileNaDrop, compileNaFill, compileNaReplace } from "./null-steps.js";
import type { FileSources } from "./opened-files.js";
import { requiredRows } from "./required-rows.js";
import { distinctOn, limited, sampled } from "./row-steps.js";
import type { Runtime } from "./runtime.js";
import { inSchema, selectList, transposed, unpivoted } from "./shape-steps.js";
import { asOuter, EVERY_COLUMN, INPUT, SparkStep, type StepTail, sortItem } from "./spark-step.js";
import { readsChanges, timeTravel } from "./time-travel.js";

export class PlanCompiler {
  private readonly compiled = new Map<Plan, Promise<CompiledPlan>>();
  private readonly spark: SparkStep;
  /** Of the plan that is compiled first, which is the one that runs. */
  private required: ReadonlyMap<Plan, readonly Expression[]> | undefined;

  constructor(
    private readonly runtime: Runtime,
    sources: FileSources,
    withFile: boolean,
  ) {
    this.spark = new SparkStep(runtime, sources, withFile, async (plan) => (await this.compile(plan)).relation);
  }

  /** Each plan is compiled once, however often it occurs in the tree. */
  compile(plan: Plan): Promise<CompiledPlan> {
    this.required ??= requiredRows(plan);
    const known = this.compiled.get(plan) ?? this.compileStep(plan);
    this.compiled.set(plan, known);
    return known;
  }

  private async compileStep(plan: Plan): Promise<CompiledPlan> {
    const inputs = await Promise.all(inputsOf(plan).map((input) => this.compile(input)));
    const step = await this.step(plan, inputs).catch((error: unknown) => {
      // A statement's own text says where it fails.
      throw plan.kind === "sql" ? error : locatedAt(error, callSiteOf(plan));
    });
    return { ...step, relation: { ...step.relation, output: taggedWith(plan.id, step.relation.output) } };
  }

  private async step(plan: Plan, [input, right]: readonly CompiledPlan[]): Promise<CompiledPlan> {
    if (input === undefined) return this.leaf(plan);
    const { relation, ordered } = input;
    switch (plan.kind) {
      case "rename":
        return { ordered, relation: renamed(relation, plan.names) };
      case "to-names":
        return { ordered, relation: withNames(relation, plan.names) };
      case "drop":
        return { ordered, relation: dropped(relation, plan.columns) };
      case "alias":
        return { ordered, relation: aliased(relation, plan.name) };
      case "limit":
        return { ordered, relation: limited(relation, plan.count, plan.offset) };
      case "join":
        return right ? joined(this.spark, plan, relation, right.relation) : unknown(plan);
      case "set":
        return right ? combined(this.spark, plan, relation, right.relation) : unknown(plan);
      default:
        return this.transform(plan, input);
    }
  }

  private async leaf(plan: Plan): Promise<CompiledPlan> {
    switch (plan.kind) {
      case "sql":
        return this.spark.query(plan.text, new Map(), this.required?.get(plan));
      case "table":
        if (readsChanges(plan.options)) return unordered(await changesByOptions(this.runtime, plan.name, plan.options));
        return unordered(
          await this.spark.resolver().table({
            name: plan.name,
            ...timeTravel(plan.options, this.runtime.state.timeZone),
            ...this.spark.requirement(plan.name, this.required?.get(plan) ?? []),
          }),
        );
      case "stream":
        return unordered(await this.spark.resolver().stream(plan.source, plan.options));
      case "files":
        return unordered(await this.spark.resolver().files(plan.format, plan.paths, plan.options, plan.schemaDdl));
      case "rows":
        return unordered({ sql: await this.runtime.registered(plan), output: plan.schema.fields.map(attributeOf) });
      case "arrow":
        return unordered(await this.runtime.registeredArrow(plan));
      case "cached": {
        const kept = this.runtime.cached.get(plan);
        return kept ? unordered(kept) : this.compile(plan.source);
      }
      case "values":
        return this.spark.query(valuesText(plan));
      case "range":
        if (plan.step === 0n) throw zeroStep();
        return this.spark.query(`SELECT id FROM range(${plan.start}L, ${plan.end}L, ${plan.step}L)`);
      default:
        return unknown(plan);
    }
  }

  private async transform(plan: Plan, compiled: CompiledPlan): Promise<CompiledPlan> {
    const input = namesOuter(plan) ? { ...compiled, relation: asOuter(compiled.relation) } : compiled;
    const { relation, ordered } = input;
    switch (plan.kind) {
      case "project":
        if (plan.expressions.length === 0) throw nothingSelected();
        return this.project(plan.expressions, input);
      case "with-columns":
        return withColumns(this.spark, plan.columns, input);
      case "filter":
        return { ...(await this.reading(plan, relation, { where: parseExpression(plan.condition) })), ordered };
      case "sort":
        return this.reading(plan, relation, { orderBy: plan.keys.map((key) => sortItem(key.text)) });
      case "distinct":
        if (plan.columns) return unordered(distinctOn(relation, plan.columns));
        return this.spark.query(`SELECT DISTINCT * FROM ${INPUT}`, new Map([[INPUT, relation]]));
      case "sample":
        return { ordered, relation: sampled(relation, plan) };
      case "na-fill":
        return withPlaces(this.spark, compileNaFill(relation, plan), input);
      case "na-replace":
        return withPlaces(this.spark, compileNaReplace(relation, plan), input);
      case "na-drop":
        return this.spark.over(relation, [EVERY_COLUMN], {
          byPlace: true,
          where: parseExpression(compileNaDrop(relation, plan)),
        });
      case "query":
        return this.spark.query(plan.text, new Map([[INPUT, relation]]));
      case "to-schema":
        return { ordered, relation: inSchema(this.spark, plan, relation) };
      case "with-metadata":
        return { ordered, relation: withMetadata(relation, plan.column, plan.metadata) };
      case "unpivot":
        return unpivoted(this.spark, plan, relation);
      case "transpose":
        return transposed(this.spark, plan, relation);
      case "lateral-join":
        return joinedLaterally(this.spark, plan, relation);
      case "describe":
        return this.spark.query(compileDescribe(relation, plan, INPUT), new Map([[INPUT, relation]]));
      case "aggregate": {
        const text = await compileAggregate(plan, INPUT, relation, (sql) => this.spark.values(sql, relation));
        return this.spark.query(text, new Map([[INPUT, relation]]));
      }
      default:
        return unknown(plan);
    }
  }

  private async project(expressions: readonly string[], { relation, ordered }: CompiledPlan): Promise<CompiledPlan> {
    const list = selectList(expressions, relation);
    const byPlace = expressions.some((one) => patternOf(one) !== undefined);
    return { ...(await this.spark.over(relation, list, { byPlace })), ordered };
  }

  private reading(
    plan: Extract<Plan, { kind: "filter" | "sort" }>,
    relation: Relation,
    tail: StepTail,
  ): Promise<CompiledPlan> {
    return withMissingReferences(
      plan,
      relation,
      (input) => this.spark.over(input.relation, [EVERY_COLUMN], tail),
      (below) => this.compile(below),
    );
  }
}

/** True where a subquery in the step's expressions names columns of its input. */
function namesOuter(plan: Plan): boolean {
  return textsOf(plan).some((text) => text.includes(`\`${OUTER}\``));
}

function unordered(relation: Relation): CompiledPlan {
  return { relation, ordered: false };
}

function attributeOf({ name, dataType, nullable }: StructField): Attribute {
  return { name, dataType, nullable, engineName: name, qualifiers: [] };
}

function valuesText(plan: Extract<Plan, { kind: "values" }>): string {
  const rows = plan.rows.map((row) => `(${row.join(", ")})`).join(", ");
  const values = `VALUES ${rows} AS __values(${plan.names.map(quoteName).join(", ")})`;
  const types = plan.schema?.fields.map(
    (one) => `CAST(${quoteName(one.name)} AS ${typeText(one.dataType)}) AS ${quoteName(one.name)}`,
  );
  return `SELECT ${types?.join(", ") ?? "*"} FROM ${values}`;
}

function zeroStep(): LakeletError {
  return new LakeletError({
    condition: "INVALID_PARAMETER_VALUE.STEP",
    sqlState: "22023",
    problem: "The step of a range cannot be 0.",
  });
}

function nothingSelected(): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.EMPTY_SELECT_LIST",
    sqlState: "0A000",
    problem: "select() names no column.",
    cure: 'Name the columns, or "*" for all of them.',
  });
}

function unknown(plan: Plan): never {
  throw new Error(`no compilation for a plan of the kind ${plan.kind}`);
}
