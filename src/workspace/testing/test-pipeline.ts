/** A test of datasets: what the test gives stands in the place of what the pipeline would compute, and the rest of what is needed runs. */

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  identifierText,
  qualify,
  type SchemaIdentifier,
  type TableIdentifier,
} from "../../catalog/table-identifier.js";
import { nameParts } from "../../dataframe/column.js";
import { declaredDatasets } from "../../pipeline/declared-datasets.js";
import type { PipelineDefinition } from "../../pipeline/definition.js";
import { type Graph, keyOf } from "../../pipeline/graph.js";
import { holdConfiguration } from "../../pipeline/held-configuration.js";
import { resolveGraph } from "../../pipeline/resolve-graph.js";
import type { PipelineEvent, PipelineSettings } from "../../pipeline/update.js";
import { updatePipeline } from "../../pipeline/update-pipeline.js";
import type { StructType } from "../../schema/data-type.js";
import type { SparkSession } from "../../session/contract.js";
import { loadPipeline } from "../pipelines/load-pipeline.js";
import { EVERYTHING, readDefinition } from "../pipelines/run-pipeline.js";
import { type Checked, type CountedExpectation, checkExpected, type Outcome } from "./check-expected.js";
import { createSchema, hasSchema, realSchema, texts } from "./given-tables.js";
import { invalidTest, Sandbox } from "./sandbox.js";
import type { GivenTable, TestCase } from "./test-case.js";
import type { RunTestOptions } from "./test-result.js";

export async function testPipeline(
  test: TestCase,
  wanted: string,
  options: RunTestOptions,
): Promise<readonly Checked[]> {
  const { project, folder } = options;
  const given = test.given ?? {};
  const beside = resolve(folder, wanted);
  const pipeline = loadPipeline(project, existsSync(beside) ? beside : wanted, {
    ...(test.target === undefined ? {} : { bundle: { target: test.target } }),
    configuration: texts(given.configuration),
    development: true,
  });
  const { settings } = pipeline;
  const sandbox = await Sandbox.open({ ...options, given, configuration: settings.configuration });
  try {
    const { session } = sandbox;
    await createSchema(session, settings);
    const definition = await readDefinition(pipeline, session);
    const work = new PipelineTest(test, definition, settings, sandbox, options);
    await work.createTables();
    return await checkExpected(session, settings, test.expect, await work.run());
  } finally {
    await sandbox.close();
  }
}

class PipelineTest {
  private readonly current: SchemaIdentifier;
  private readonly session: SparkSession;

  constructor(
    private readonly test: TestCase,
    private readonly definition: PipelineDefinition,
    private readonly settings: PipelineSettings,
    private readonly sandbox: Sandbox,
    private readonly options: RunTestOptions,
  ) {
    this.current = { catalog: settings.catalog, schema: settings.schema };
    this.session = sandbox.session;
  }

  /** Tables of others first: what the pipeline's own ones look like may depend on them. */
  async createTables(): Promise<void> {
    const tables = Object.entries(this.test.given?.tables ?? {}).map(([name, table]) => ({
      identifier: this.identifier(name),
      table,
    }));
    const own = new Set(this.definition.datasets.map((one) => keyOf(qualify(one.name, this.current))));
    const isOwn = ({ identifier }: (typeof tables)[number]) => own.has(keyOf(identifier));
    for (const one of tables.filter((other) => !isOwn(other)))
      await this.createTable(one.identifier, one.table, undefined);
    const replaced = tables.filter(isOwn);
    if (replaced.length === 0) return;
    const isAsked = replaced.some(({ table }) => !hasSchema(table));
    const schemas = isAsked ? await this.schemas() : new Map<string, StructType>();
    for (const { identifier, table } of replaced)
      await this.createTable(identifier, table, schemas.get(keyOf(identifier)));
  }

  /** What stands in the place of datasets is a table, and of the pipeline remains what the tested ones need. */
  async run(): Promise<Outcome> {
    const given = this.keys(Object.keys(this.test.given?.tables ?? {}));
    const rest = withoutDatasets(this.definition, (key) => !given.has(key), this.current);
    const needed = await this.needed(rest, given);
    const definition = withoutDatasets(rest, (key) => needed.has(key), this.current);
    const events: PipelineEvent[] = [];
    const result = await updatePipeline({
      settings: this.settings,
      definition,
      selection: EVERYTHING,
      dryRun: false,
      session: this.session,
      updateId: randomUUID(),
      cause: "API_CALL",
      onEvent: (event) => events.push(event),
    });
    return { error: result.error, expectations: events.flatMap(countsOf) };
  }

  private async needed(rest: PipelineDefinition, given: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const tested = this.tested();
    for (const name of tested) this.checkTested(name, rest, given);
    const graph = await this.graph(rest);
    const needed = this.keys(tested);
    for (const { flow, upstream } of graph.unknown) {
      if (needed.has(keyOf(qualify(flow.target, this.current)))) needed.add(this.keyOfName(upstream));
    }
    // Each flow stands behind those that fill what it reads.
    for (const node of [...graph.flows].reverse()) {
      if (needed.has(keyOf(node.target.identifier))) for (const key of node.upstream) needed.add(key);
    }
    return needed;
  }

  private tested(): readonly string[] {
    const { dataset, datasets, expect } = this.test;
    if (dataset !== undefined) return [dataset];
    if (datasets !== undefined) return datasets;
    const named = [expect.tables, expect.quarantine, expect.expectations].flatMap((one) => Object.keys(one ?? {}));
    if (named.length > 0) return [...new Set(named)];
    throw invalidTest(`The test ${this.test.name} names no dataset.`, "Say which: `dataset: silver_orders`.");
  }

  private checkTested(name: string, rest: PipelineDefinition, given: ReadonlySet<string>): void {
    const key = keyOf(this.identifier(name));
    if (given.has(key)) throw invalidTest(`${name} is given, and under test.`, "Leave it out of the given tables.");
    const names = rest.datasets.map((one) => qualify(one.name, this.current));
    if (names.some((one) => keyOf(one) === key)) return;
    throw invalidTest(
      `${identifierText(this.identifier(name))} is no dataset of the pipeline ${this.settings.name}.`,
      `It has ${names.map((one) => one.name).join(", ")}.`,
    );
  }

  /** As the queries give them; those whose queries cannot be analysed here are not among them. */
  private async schemas(): Promise<ReadonlyMap<string, StructType>> {
    const graph = await this.graph(this.definition);
    return new Map([...graph.datasets].map(([key, { schema }]) => [key, schema]));
  }

  private async graph(definition: PipelineDefinition): Promise<Graph> {
    const { session, current, settings } = this;
    const { configuration } = settings;
    const declared = declaredDatasets(definition, current, settings.name);
    const restore = holdConfiguration(session, configuration);
    try {
      const options = { session, current, configuration, existingSchema: async () => undefined };
      for (;;) {
        const graph = await resolveGraph(declared, options);
        // Files that the test does not give are none: what their rows would look like may be known nevertheless.
        const made = graph.failures.filter(({ error }) => this.sandbox.makeMissing(error));
        if (made.length === 0) return graph;
      }
    } finally {
      restore();
    }
  }

  private async createTable(
    identifier: TableIdentifier,
    table: GivenTable,
    known: StructType | undefined,
  ): Promise<void> {
    await createSchema(this.session, identifier);
    const parts = [identifier.catalog, identifier.schema, identifier.name];
    const real = await realSchema(this.options.project, parts, known === undefined && !hasSchema(table));
    await this.sandbox.create(parts, table, known ?? real);
  }

  private identifier(name: string): TableIdentifier {
    return qualify(nameParts(name), this.current);
  }

  private keyOfName(name: string): string {
    return keyOf(this.identifier(name));
  }

  private keys(names: readonly string[]): Set<string> {
    return new Set(names.map((one) => this.keyOfName(one)));
  }
}

function withoutDatasets(
  definition: PipelineDefinition,
  keep: (key: string) => boolean,
  current: SchemaIdentifier,
): PipelineDefinition {
  const isKept = (name: readonly string[]) => keep(keyOf(qualify(name, current)));
  return {
    datasets: definition.datasets.filter((one) => isKept(one.name)),
    flows: definition.flows.filter((one) => isKept(one.target)),
  };
}

function countsOf(event: PipelineEvent): readonly CountedExpectation[] {
  return event.kind === "flow-progress" ? (event.expectations ?? []) : [];
}
