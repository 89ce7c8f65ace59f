import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PipelineDefinition } from "../../../src/pipeline/definition.js";
import { loadPipelineSources } from "../../../src/tasks/pipeline/pipeline-sources.js";
import { useSession } from "../../support/session.js";

const lake = useSession();
let folders = 0;

/** Files of those names and texts, loaded in that order; their places as they are named from the folder. */
async function load(files: Readonly<Record<string, string>>, wanted = Object.keys(files)): Promise<PipelineDefinition> {
  folders += 1;
  const folder = join(lake.folder, `pipeline-${folders}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const paths = wanted.map((name) => join(folder, name));
  return loadPipelineSources({ files: paths, configuration: { n: "1" }, session: lake.spark });
}
function places({ datasets }: PipelineDefinition): readonly string[] {
  return datasets.map(({ name, place }) => `${name.join(".")} ${place.file.split("/").at(-1)}:${place.line}`);
}

describe("sources of a pipeline", () => {
  test("SQL files, TypeScript modules that import others, and cells of notebooks are one pipeline", async () => {
    const definition = await load(
      {
        "a.sql": "-- one\nCREATE STREAMING TABLE a AS SELECT ${" + "n} AS n, * FROM STREAM raw",
        "b.ts": `import { pipeline, spark } from "lakelet/pipeline";
import { TABLE } from "./lib/names.js";

pipeline.table(TABLE, () => spark.table("a"));`,
        "lib/names.ts": `export const TABLE: string = "b";`,
        "c.ts": `// %% Tables
import { pipeline, spark } from "lakelet/pipeline";

pipeline.view("c1", () => spark.table("a"));

// %% [sql]
// USE SCHEMA gold;
// CREATE MATERIALIZED VIEW c2 AS
//   SELECT 1 AS x

// %% [sql] More
// CREATE MATERIALIZED VIEW c3 AS SELECT * FROM c1 JOIN c2`,
        "d.sql": `-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Gold

-- COMMAND ----------

CREATE MATERIALIZED VIEW d1 AS SELECT 1 AS x

-- COMMAND ----------

CREATE MATERIALIZED VIEW d2 AS SELECT 2 AS x`,
      },
      ["a.sql", "b.ts", "c.ts", "d.sql"],
    );
    expect(places(definition)).toEqual([
      "a a.sql:2",
      "gold.c2 c.ts:8",
      "gold.c3 c.ts:12",
      "d1 d.sql:7",
      "d2 d.sql:11",
      "b b.ts:4",
      "c1 c.ts:4",
    ]);
    const texts = definition.flows.flatMap((one) =>
      one.kind === "query" && one.query.kind === "sql" ? [one.query.text] : [],
    );
    expect(texts[0]).toBe("SELECT 1 AS n, * FROM STREAM raw");
    expect(texts[2]).toBe("SELECT * FROM c1 JOIN `gold`.`c2`");
  });

  test("an .ipynb with cells of both languages", async () => {
    const cell = (source: string) => ({ cell_type: "code", source, metadata: {}, outputs: [] });
    const notebook = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { language: "typescript" } },
      cells: [
        { cell_type: "markdown", source: "# Gold", metadata: {} },
        cell("%sql\nCREATE STREAMING TABLE a"),
        cell('import { pipeline, spark } from "lakelet/pipeline";\npipeline.table("b", () => spark.table("a"));'),
      ],
    };
    const definition = await load({ "n.ipynb": JSON.stringify(notebook) });
    expect(places(definition)[0]).toBe("a n.ipynb (cell 2):2");
    expect(definition.datasets.map((one) => one.name[0])).toEqual(["a", "b"]);
  });

  test("a file that has changed is read anew, with what it imports", async () => {
    const text = `import { pipeline } from "lakelet/pipeline";
import { name } from "./name.js";
pipeline.createStreamingTable(name);`;
    const first = await load({ "p.ts": text, "name.ts": 'export const name = "one";' }, ["p.ts"]);
    folders -= 1;
    const second = await load({ "p.ts": text, "name.ts": 'export const name = "two";' }, ["p.ts"]);
    expect([first, second].map((one) => one.datasets[0]?.name[0])).toEqual(["one", "two"]);
  });

  test("what is wrong is told with file and line", async () => {
    const failing = async (files: Readonly<Record<string, string>>) =>
      load(files).then(
        () => "",
        (error: Error) => error.message.replace(/^.*pipeline-\d+\//, ""),
      );
    const head = 'import { pipeline, spark } from "lakelet/pipeline";\n';
    expect(await failing({ "a.ts": `${head}\nthrow new TypeError("no such thing");` })).toMatch(
      /^a\.ts:3: \[PIPELINE_SOURCE_FAILED\] TypeError: no such thing/,
    );
    expect(await failing({ "a.ts": `${head}pipeline.table("x");` })).toMatch(
      /^a\.ts:2: \[PIPELINE_QUERY_FUNCTION_MISSING\]/,
    );
    expect(await failing({ "a.ts": `${head}await spark.sql("DROP TABLE x");` })).toMatch(
      /^a\.ts:2: \[UNSUPPORTED_PIPELINE_SPARK_SQL_COMMAND\] .*in the sources of a pipeline/,
    );
    const notebook = 'import { dbutils, spark } from "lakelet/notebook";\n';
    expect(await failing({ "a.ts": `${notebook}\ndbutils.widgets.get("x");` })).toMatch(
      /^a\.ts:3: \[UNSUPPORTED_FEATURE.PIPELINE_NOTEBOOK\] The sources of a pipeline have no dbutils/,
    );
    expect(await failing({ "a.ts": "// %% [run] ./other" })).toMatch(
      /^a\.ts:1: \[UNSUPPORTED_FEATURE.PIPELINE_MAGIC\]/,
    );
    expect(await failing({ "b.sql": "CREATE STREAMING TABLE a;\n\nDELETE FROM a" })).toMatch(
      /^b\.sql:3: \[UNSUPPORTED_FEATURE.STATEMENT\] DELETE cannot stand/,
    );
  });
});
