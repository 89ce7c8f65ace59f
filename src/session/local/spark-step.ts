/** Runs Spark SQL over compiled inputs: how the steps of a DataFrame's plan become engine SQL. */
import type { Plan } from "../../dataframe/plan.js";
import { OUTER } from "../../dataframe/subquery.js";
import { compileQuery, ownName, requirement } from "../../sql/analysis/compile-query.js";
import { hasAggregate } from "../../sql/analysis/expression-tree.js";
import type { Expression, Query, SortItem } from "../../sql/ast.js";
import type { TableReference } from "../../sql/compiler.js";
import { parseExpression, parseQuery } from "../../sql/parse/parse.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { type CompiledPlan, numbered, place, withoutNumbers } from "./compiled-plan.js";
import { NameResolver } from "./name-resolver.js";
import type { FileSources } from "./opened-files.js";
import { carriedBy } from "./projection.js";
import type { Runtime } from "./runtime.js";

/** The name of a step's input in its Spark SQL. */
export const INPUT = "__input";
/** `*` */
export const EVERY_COLUMN: Expression = { kind: "star", qualifier: [], except: [] };
/** The file of a row travels through steps under this name. */
const FILE_OF_ROW: Expression = {
  kind: "alias",
  names: ["__file_path"],
  operand: { kind: "call", name: "input_file_name", args: [] },
};

/** The rows that a step takes of its input, and their order. */
export interface StepTail {
  /** True where the step names attributes by their place. */
  readonly byPlace?: boolean;
  readonly where?: Expression;
  readonly orderBy?: readonly SortItem[];
}

export class SparkStep {
  constructor(
    readonly runtime: Runtime,
    private readonly sources: FileSources,
    private readonly withFile: boolean,
    private readonly frame: (plan: Plan) => Promise<Relation>,
  ) {}

  resolver(given: ReadonlyMap<string, Relation> = new Map()): NameResolver {
    const { sources, withFile, frame } = this;
    return new NameResolver(this.runtime, { sources, withFile, given, frame });
  }

  /** What a reference to a table requires of its rows by conditions on them. */
  requirement(
    name: readonly string[],
    conditions: readonly Expression[],
  ): Pick<TableReference, "skipping" | "conditions"> {
    if (conditions.length === 0) return {};
    return requirement(conditions, (parts) => ownName(parts, { item: { name }, alone: true }), {
      context: this.runtime.state.functionContext(),
      parameters: {},
    });
  }

  /** A query over relations given by name. `conditions`: what is surely required of its rows, for data skipping. */
  async query(
    query: string | Query,
    given: ReadonlyMap<string, Relation> = new Map(),
    conditions: readonly Expression[] = [],
  ): Promise<CompiledPlan> {
    const compiled = await compileQuery(typeof query === "string" ? parseQuery(query) : query, {
      resolver: this.resolver(given),
      context: this.runtime.state.functionContext(),
      conditions,
    });
    return { relation: { sql: `(${compiled.sql})`, output: compiled.output }, ordered: compiled.ordered };
  }

  /**
   * `SELECT <list> FROM <input> <tail>`, where `#c<i>` qualifies the i-th attribute of the input if asked for. Hidden attributes and the file of a row
   * travel along where the rows stay those of the input.
   */
  async over(input: Relation, list: readonly Expression[], tail: StepTail = {}): Promise<CompiledPlan> {
    const hidden = input.output.flatMap((attribute, i) => (attribute.hidden ? [{ attribute, i }] : []));
    const carries = (hidden.length > 0 || input.fileName !== undefined) && !list.some(hasAggregate);
    const kept = carries ? hidden.map(({ attribute, i }) => place(attribute, i)) : [];
    const file = carries && input.fileName !== undefined ? [FILE_OF_ROW] : [];
    const query = stepQuery([...list, ...kept, ...file], tail);
    const byPlace = kept.length > 0 || tail.byPlace === true;
    const source = byPlace ? numbered(input) : input;
    const { relation, ordered } = await this.query(query, new Map([[INPUT, source]]));
    const named = withCarriedMetadata(query.projection, source, relation.output);
    const output = byPlace ? named.map(withoutNumbers) : named;
    const shown = output.length - kept.length - file.length;
    const path = file.length > 0 ? output.at(-1) : undefined;
    return {
      relation: {
        sql: relation.sql,
        output: [
          ...output.slice(0, shown),
          ...output.slice(shown, shown + kept.length).map((one, i) => hiddenAs(one, hidden[i]?.attribute)),
        ],
        ...(path ? { fileName: path.engineName } : {}),
      },
      ordered,
    };
  }

  /** The values of a query of one column over the input, as text. */
  async values(text: string, input: Relation): Promise<readonly (string | null)[]> {
    const { relation } = await this.query(text, new Map([[INPUT, input]]));
    const { rows } = await this.runtime.engine.run(`SELECT * FROM ${relation.sql} AS "q"`);
    return rows.map((row) => (row[0] === null || row[0] === undefined ? null : String(row[0])));
  }
}

/** A sort key of a plan, whose text always ends with its order. */
export function sortItem(text: string): SortItem {
  const [, expression = text, order, nulls] = /^(.*) (ASC|DESC) NULLS (FIRST|LAST)$/s.exec(text) ?? [];
  return {
    expression: parseExpression(expression),
    descending: order === "DESC",
    ...(nulls === undefined ? {} : { nulls: nulls === "FIRST" ? "first" : "last" }),
  };
}

function stepQuery(
  projection: readonly Expression[],
  { where, orderBy = [] }: StepTail,
): Extract<Query, { kind: "select" }> {
  return {
    kind: "select",
    distinct: false,
    projection,
    from: [{ kind: "table", name: [INPUT], columns: [] }],
    lateralViews: [],
    ...(where === undefined ? {} : { where }),
    windows: {},
    orderBy,
  };
}

/** The input's attributes reachable as those of the DataFrame around a subquery. */
export function asOuter(input: Relation): Relation {
  const output = input.output.map((one) => ({
    ...one,
    qualifiers: [...one.qualifiers, [OUTER], ...one.qualifiers.map((qualifier) => [OUTER, ...qualifier])],
  }));
  return { ...input, output };
}

/** Columns that a step hands on keep the metadata that `withMetadata` gave them. */
function withCarriedMetadata(
  list: readonly Expression[],
  input: Relation,
  output: readonly Attribute[],
): readonly Attribute[] {
  if (!input.output.some((one) => one.metadata)) return output;
  const carried = carriedBy(list, input);
  if (carried.length !== output.length) return output;
  return output.map((one, i) => {
    const metadata = carried[i]?.metadata;
    return metadata ? { ...one, metadata } : one;
  });
}

function hiddenAs(column: Attribute, before: Attribute | undefined): Attribute {
  return { ...column, hidden: true, ...(before?.qualifiedOnly ? { qualifiedOnly: true } : {}) };
}
