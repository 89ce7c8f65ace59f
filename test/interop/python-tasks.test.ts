/** Real Python and real dbt as tasks of a job: dbt reads the lake's tables and its models become tables; a file uses delta-rs; a wheel is installed. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { lakelet } from "../support/built-package.js";
import { temporaryFolder, writeFiles } from "../support/temporary-folder.js";
import { peers } from "./peers.js";

const peersFolder = execFileSync(join(import.meta.dirname, "peers.sh"), ["--dbt"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
}).trim();

const ORDERS = `
CREATE OR REPLACE TABLE orders (id INT, day DATE, amount DECIMAL(10,2), seen_at TIMESTAMP, tags ARRAY<STRING>) PARTITIONED BY (day)
  TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.columnMapping.mode' = 'name');
INSERT INTO orders VALUES (1, DATE'2024-01-01', 1.50, TIMESTAMP'2024-01-01 10:00:00', array('a')),
  (2, DATE'2024-01-02', 2.50, TIMESTAMP'2024-01-02 10:00:00', NULL), (3, NULL, 9.00, NULL, array('b', 'c'));
DELETE FROM orders WHERE id = 3;
ALTER TABLE orders RENAME COLUMN amount TO total;
CREATE OR REPLACE VIEW big_orders AS SELECT id FROM orders WHERE total > 2;
CREATE OR REPLACE TABLE plain AS SELECT id, id * 10 AS n FROM range(3);
`;

const DBT: Readonly<Record<string, string>> = {
  "dbt/dbt_project.yml": `name: kion\nversion: "1.0"\nprofile: kion\nmodels: { kion: { +materialized: table } }\n`,
  "dbt/seeds/regions.csv": "id,name\n1,North\n2,South\n",
  "dbt/models/daily.sql":
    "{{ config(tags=['daily'], partition_by='day') }}\nselect day, sum(total) as total, sum(id) as ids, count(*) as n, max(seen_at) as last_at, list(id) as list_of_ids, uuid() as u from {{ source('lake', 'orders') }} group by day",
  "dbt/models/history.sql":
    "{{ config(tags=['daily'], materialized='incremental') }}\nselect id, seen_at from {{ source('lake', 'orders') }}\n{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}",
  "dbt/models/named.sql":
    "{{ config(tags=['daily'], materialized='view') }}\nselect r.name, p.n from main.default.plain p join {{ ref('regions') }} r on p.id = r.id join {{ source('lake', 'big_orders') }} b on b.id = r.id",
  "dbt/models/schema.yml": `version: 2
sources:
  - { name: lake, database: main, schema: default, tables: [{ name: orders }, { name: big_orders }] }
models:
  - { name: daily, columns: [{ name: day, data_tests: [unique, not_null] }] }
  - { name: history, columns: [{ name: id, data_tests: [unique] }] }
`,
  "dbt/snapshots/orders_snapshot.sql": `{% snapshot orders_snapshot %}
{{ config(unique_key='id', strategy='check', check_cols=['n']) }}
select * from main.default.plain
{% endsnapshot %}`,
};

const COURSE = {
  project_directory: "/Workspace/KION/dbt",
  commands: ["dbt deps", "dbt seed", "dbt run --models tag:daily", "dbt test"],
  profiles_directory: "/Workspace/KION/dbt",
  warehouse_id: "abc123",
};

let folder = "";
const job = (name: string, ...tasks: readonly object[]) => {
  writeFiles(folder, { [`pipelines/${name}.json`]: JSON.stringify({ name, tasks }) });
  return lakelet(folder, ["run", name]);
};
const dbt = (commands: readonly string[], more = {}) => ({
  task_key: "models",
  dbt_task: { ...COURSE, commands, ...more },
});
async function rows(sql: string): Promise<unknown> {
  const { stdout, stderr } = await lakelet(folder, ["sql", "--format", "json", sql]);
  expect(stderr).toBe("");
  return (JSON.parse(stdout) as { readonly rows: unknown }).rows;
}

beforeAll(async () => {
  folder = temporaryFolder({
    "lakelet.yml": `paths: { /Workspace/KION: . }\npython: ${peersFolder}/venv/bin/python\ndbt: { python: ${peersFolder}/dbt/bin/python }\n`,
    ...DBT,
  });
  const made = await lakelet(folder, ["sql", ORDERS]);
  expect(made.stderr).toBe("");
}, 240_000);

test("the course's dbt task: seeds and models of the day become tables of the lake", async () => {
  const { code, stdout } = await job("course", { task_key: "run_dbt_models", dbt_task: COURSE });
  expect(`${code}\n${code === 0 ? "" : stdout}`).toBe("0\n");
  expect(stdout).toContain("main.default.history: 2 rows");
  expect(await rows("SELECT day, total, ids, n, last_at, list_of_ids FROM daily ORDER BY day")).toEqual([
    ["2024-01-01", "1.50", 1, 1, "2024-01-01T10:00:00.000000Z", [1]],
    ["2024-01-02", "2.50", 2, 1, "2024-01-02T10:00:00.000000Z", [2]],
  ]);
  expect(await rows("SELECT * FROM named")).toEqual([["South", 20]]);
  expect(await rows("SELECT typeof(total), typeof(ids), typeof(u), typeof(last_at) FROM daily LIMIT 1")).toEqual([
    ["decimal(38,2)", "bigint", "string", "timestamp"],
  ]);
  const other = await peers().read("delta-rs", join(folder, "lake/main/default/history"));
  expect(other.rows).toHaveLength(2);
  expect(JSON.stringify(await rows("DESCRIBE DETAIL daily"))).toContain('["day"]');
});

test("again: an incremental model only gets its new rows, what is the same is left alone, snapshots are kept", async () => {
  await lakelet(folder, ["sql", "INSERT INTO orders VALUES (4, DATE'2024-01-03', 4.00, NULL, NULL)"]);
  const { code, stdout } = await job("again", dbt(["dbt seed", "dbt run", "dbt snapshot"]));
  expect(`${code}\n${code === 0 ? "" : stdout}`).toBe("0\n");
  expect(stdout).toContain("main.default.history: 1 row added");
  expect(stdout).toContain("main.default.regions: unchanged");
  await lakelet(folder, ["sql", "UPDATE plain SET n = 99 WHERE id = 1"]);
  expect((await job("snapshot", dbt(["dbt snapshot"]))).code).toBe(0);
  expect(await rows("SELECT n, dbt_valid_to IS NULL FROM orders_snapshot WHERE id = 1 ORDER BY n")).toEqual([
    [10, false],
    [99, true],
  ]);
});

test("a failed test keeps its model and what is made of it from the lake", async () => {
  const before = await rows("SELECT count(*) FROM history");
  await lakelet(folder, ["sql", "INSERT INTO orders VALUES (5, NULL, 1.00, NULL, NULL), (5, NULL, 1.00, NULL, NULL)"]);
  const { code, stdout } = await job("bad", dbt(["dbt build --select daily history"]));
  expect(code).toBe(1);
  expect(stdout).toContain("history is not published: its test unique_history_id failed.");
  expect(stdout).toContain("daily is not published: its test not_null_daily_day failed.");
  expect(await rows("SELECT count(*) FROM history")).toEqual(before);
});

test("tests and models in tasks of their own: what was published is there", async () => {
  const { code, stdout } = await job(
    "tests",
    dbt(["dbt test --select history", "dbt run --select named --vars '{a: 1}'"]),
  );
  expect(`${code}\n${code === 0 ? "" : stdout}`).toBe("0\n");
  expect(stdout).toContain("main.default.named: 1 row");
});

test("a Python file reads and writes the lake with delta-rs", async () => {
  writeFiles(folder, {
    "jobs/copy_plain.py": `import os, sys
from deltalake import DeltaTable, write_deltalake
lake = os.environ["LAKELET_WAREHOUSE"]
table = DeltaTable(lake + "/main/default/plain").to_pyarrow_table()
write_deltalake(lake + "/main/default/copied", table, mode="overwrite")
print(table.num_rows, "rows", sys.argv[1:])
`,
  });
  const { code, stdout } = await job("file", {
    task_key: "copy",
    spark_python_task: { python_file: "jobs/copy_plain.py", parameters: ["$(id)"] },
  });
  expect(`${code}\n${code === 0 ? "" : stdout}`).toBe("0\n");
  expect(stdout).toContain("3 rows ['$(id)']");
  expect(await rows("SELECT count(*) FROM copied")).toEqual([[3]]);
});

/** A wheel is a zip of files; this is the least of one. */
const MAKE_WHEEL = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("etl/__init__.py", "import sys\\ndef main():\\n    print('etl', sys.argv[1:])\\ndef other():\\n    print('other')\\n")
    info = "etl-0.1.dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: etl\\nVersion: 0.1\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "entry_points.txt", "[console_scripts]\\nrun = etl:main\\n")
    wheel.writestr(info + "RECORD", "")
`;

test("a wheel is installed once, beside what the interpreter has; its entry point or function is called", async () => {
  writeFiles(folder, { "dist/.keep": "", "jobs/both.py": "import deltalake, etl\nprint('both are there')\n" });
  const python = join(peersFolder, "venv/bin/python");
  execFileSync(python, ["-c", MAKE_WHEEL, join(folder, "dist/etl-0.1-py3-none-any.whl")]);
  const libraries = [{ whl: "/Workspace/KION/dist/*.whl" }];
  const wheel = (entry_point: string, more = {}) => ({ package_name: "etl", entry_point, ...more });
  const { code, stdout } = await job(
    "wheel",
    { task_key: "a", python_wheel_task: wheel("run", { named_parameters: { day: "2024-01-15" } }), libraries },
    { task_key: "b", depends_on: [{ task_key: "a" }], python_wheel_task: wheel("other"), libraries },
    {
      task_key: "c",
      depends_on: [{ task_key: "b" }],
      spark_python_task: { python_file: "jobs/both.py" },
      libraries,
    },
  );
  expect(`${code}\n${code === 0 ? "" : stdout}`).toBe("0\n");
  expect(stdout).toContain("etl ['--day=2024-01-15']");
  expect(stdout).toContain("| other");
  expect(stdout).toContain("both are there");
  expect(stdout.match(/Installing/g)).toHaveLength(1);
});
