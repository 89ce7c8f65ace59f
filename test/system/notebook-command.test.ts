/** `lakelet notebook run` and `export`, as people start them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { exportedText, keptNotebook } from "../../src/workspace/export-notebook.js";
import { openProject } from "../../src/workspace/project.js";
import { builtPackage, lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

// A build takes seconds where the machine is busy.
beforeAll(() => {
  builtPackage();
}, 120_000);

const NOTEBOOK = `import { dbutils } from "lakelet/notebook";
// %% Say
dbutils.widgets.text("who", "nobody");
console.log("hello", dbutils.widgets.get("who"));
// %% [sql] Count
// SELECT :who AS who, 2 AS n
// %% End
await dbutils.notebook.run("./child");
if (dbutils.widgets.get("who") === "trouble") throw new Error("no such luck");
dbutils.notebook.exit({ ok: true });
setInterval(() => undefined, 1000);
`;
const FILES = {
  "lakelet.yml": "warehouse: ./lake\n",
  "nb/hello.ts": NOTEBOOK,
  "nb/child.sql": "SELECT 'inner' AS x",
  "job.json": JSON.stringify({
    name: "Hello",
    tasks: [{ task_key: "greet", notebook_task: { notebook_path: "./nb/hello", base_parameters: { who: "job" } } }],
  }),
};

describe.concurrent("lakelet notebook", () => {
  test("run shows the cells, takes parameters, and writes a page", async () => {
    const folder = temporaryFolder(FILES);
    const args = ["notebook", "run", "nb/hello", "--param", "who=<Anna>", "--to", "html"];
    const { code, stdout, stderr } = await lakelet(folder, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Wrote hello.html\n" });
    expect(stdout.replace(/^(── .*?) ─+$/gm, "$1 ─").replace(/in [\d.]+ s/, "in a while")).toBe(`
── 1 ─

── 2 Say ─
hello <Anna>

── 3 Count ─
┌────────┬───┐
│ who    │ n │
├────────┼───┤
│ <Anna> │ 2 │
└────────┴───┘
1 row

── 4 End ─
./child 1 | ── cell 1
./child 1 | ┌───────┐
./child 1 | │ x     │
./child 1 | ├───────┤
./child 1 | │ inner │
./child 1 | └───────┘
./child 1 | 1 row

Notebook exited: {"ok":true}
SUCCESS in a while
`);
    const page = readFileSync(join(folder, "hello.html"), "utf8");
    expect(page).toContain("hello &lt;Anna&gt;");
    expect(page).not.toContain("<Anna>");
    expect(existsSync(join(folder, ".lakelet"))).toBe(false);
  });

  test("a failure tells the cell, the line and what to type; the cells are JSON where asked", async () => {
    const folder = temporaryFolder(FILES);
    const args = ["notebook", "run", "nb/hello.ts", "-p", "who=trouble", "--json", "-o", "out.ipynb"];
    const { code, stdout, stderr } = await lakelet(folder, args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /no such luck\n\n {2}cell 4 "End", nb\/hello\.ts:9\n[\s\S]*> +9 \| if[\s\S]*Try again: npx lakelet notebook run nb\/hello\.ts --param who=trouble/,
    );
    const { state, cells, error } = JSON.parse(stdout);
    expect(state).toBe("FAILED");
    expect(error).toMatchObject({ message: "no such luck", cell: { number: 4 } });
    expect(cells.map((cell: { state: string }) => cell.state)).toEqual(["ran", "ran", "ran", "failed"]);
    expect(JSON.parse(readFileSync(join(folder, "out.ipynb"), "utf8"))).toMatchObject({ nbformat: 4 });
  });

  test("export renders what a job's run kept", async () => {
    const folder = temporaryFolder(FILES);
    const ran = await lakelet(folder, ["run", "job.json", "--json"]);
    const runId = String(JSON.parse(ran.stdout).run_id);
    const project = openProject(folder);
    const { run, facts } = keptNotebook(project, runId);
    expect(facts[0]).toBe(`Hello, task greet, run ${runId}`);
    const page = exportedText(run, "html", facts);
    expect(page).toContain("hello job");
    expect(page).toContain("<summary>./child</summary>");
    expect(page).toContain("Notebook exited:");
    expect(() => keptNotebook(project, `${runId}/grete`)).toThrow(`Name one of ${runId}/greet.`);
  });
});
