/** A notebook's run as a page of HTML and as an .ipynb: whatever data and code hold, the page stays a page and the JSON a notebook. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdownHtml } from "../../src/history/notebook/markdown-html.js";
import { notebookHtml } from "../../src/history/notebook/notebook-html.js";
import { notebookIpynb } from "../../src/history/notebook/notebook-ipynb.js";
import { type NotebookEnd, type NotebookRun, notebookRun } from "../../src/history/notebook/notebook-run.js";
import type { TaskOutput } from "../../src/jobs/run/attempt.js";
import { jupyterDocument } from "../../src/tasks/notebook/jupyter-cells.js";

const cell = (number: number, at: number): TaskOutput => ({ kind: "cell", number, title: "", line: number, at });

/** A run whose every text is the given one. */
function runOf(text: string, end: NotebookEnd = {}): NotebookRun {
  const source = (number: number, language: "typescript" | "sql" | "markdown") => {
    return { number, title: text, language, line: number, source: text };
  };
  const table: TaskOutput = {
    kind: "table",
    columns: [
      { name: text, type: text },
      { name: "n", type: "bigint" },
    ],
    rows: [
      [text, 1],
      [null, { field: text }],
    ],
    truncated: true,
  };
  const nested = (output: TaskOutput): TaskOutput => ({ kind: "nested", run: 1, path: text, output });
  const outputs: TaskOutput[] = [
    {
      kind: "notebook",
      file: `/p/${text}`,
      cells: [source(1, "typescript"), source(2, "markdown"), source(3, "sql"), source(4, "sql")],
    },
    cell(1, 1000),
    { kind: "text", stream: "stdout", text },
    { kind: "html", html: text },
    nested({ kind: "notebook", file: text, cells: [source(1, "sql")] }),
    nested(cell(1, 1100)),
    nested(table),
    cell(3, 3500),
    table,
  ];
  const run = notebookRun(outputs, end);
  if (!run) throw new Error("the outputs are a notebook's");
  return run;
}

const failureOf = (text: string) => ({
  message: text,
  frame: text,
  retryable: false,
  location: { file: text, line: 1 },
  cell: { number: 3, title: text },
});

test("the run: state, time and outputs of each cell", () => {
  const run = runOf("x", { endedAt: 4000, failure: failureOf("no") });
  expect(run.cells.map((one) => [one.state, one.durationMs, one.outputs.map(({ kind }) => kind)])).toEqual([
    ["ran", 2500, ["text", "html", "notebook-run"]],
    ["none", undefined, []],
    ["failed", 500, ["table"]],
    ["not-run", undefined, []],
  ]);
  expect(notebookRun([{ kind: "text", stream: "stdout", text: "a SQL task" }])).toBeUndefined();
});

/** Tags that the page is made of, with attributes in quotes. What is left of a page without them holds no markup. */
const TAG = /<(?:!doctype html|\/?[a-z][a-z0-9]*(?: [a-z-]+="[^"<>]*")*)>/g;
const HARMLESS =
  /^<(?:!doctype html|\/?(?:html|head|meta|title|style|body|h[1-6]|p|br|hr|section|div|span|b|pre|code|small|strong|em|del|a|ul|ol|li|table|thead|tbody|tr|th|td|details|summary|blockquote|iframe)\b)/;

function expectPage(html: string): void {
  const tags = html.match(TAG) ?? [];
  expect(tags.filter((tag) => !HARMLESS.test(tag) || / on[a-z]+=/.test(tag.replace(/"[^"]*"/g, "")))).toEqual([]);
  expect(html.replace(TAG, "")).not.toMatch(/[<>]/);
  expect(tags.filter((tag) => / (?:src|href)="(?!https?:|mailto:|#|\.{0,2}\/)/.test(tag))).toEqual([]);
}

const EVIL = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</title></style></pre></iframe><svg onload=alert(1)>",
  "]]><!-- --> `a` \u0000\u001b[31m",
  '[a](javascript:alert(1)) ![b](data:text/html,x) [c](https://e.com/"onmouseover=alert(1))',
  "| <b> | c |\n|---|---|\n| `<i>` | **x** |\n\n- a\n  - <u>\n\n> <q>\n\n```\n<pre>\n```",
];

describe("HTML", () => {
  test.each(EVIL)("nothing of %j becomes markup", (text) => {
    expectPage(notebookHtml(runOf(text, { failure: failureOf(text) }), [text]));
    expectPage(notebookHtml(runOf(text, { exitValue: text }), [text]));
  });

  test("nor of any other text", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      '"',
      "'",
      "&",
      "`",
      "*",
      "_",
      "[",
      "]",
      "(",
      ")",
      "|",
      "#",
      "\n",
      " ",
      "-",
      "script",
      "javascript:",
      "[a](https://e.com/",
      "\ue0000\ue001",
      "/",
      "a",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, (one) => expectPage(notebookHtml(runOf(one, { failure: failureOf(one) }), [one]))),
      { numRuns: 40 },
    );
  });

  test("asks for nothing: no script, no outside source, a policy that forbids both, frames without rights", () => {
    const page = notebookHtml(runOf('<img src="http://example.com/x.png">'), []);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page.match(/<iframe [^>]*>/g)).toEqual([expect.stringContaining('sandbox=""')]);
    expect(page).not.toMatch(/<(script|link|img)|url\(|@import/);
    expect(page).toContain('name="viewport"');
  });

  test("columns with types, NULL told from text, and what is missing said", () => {
    const page = notebookHtml(runOf("NULL"), ["run 7"]);
    expect(page).toContain('<th class="number">n<small>bigint</small></th>');
    expect(page).toContain('<td><span class="null">NULL</span></td>');
    expect(page).toContain("<td>NULL</td>");
    expect(page).toContain("Only the first 2 rows are shown: a cell keeps at most 1,000 rows and 10 MB.");
    expect(page).toContain("did not run");
  });

  test("markdown", () => {
    expect(markdownHtml("# A *b*\ntext `x*y*` **c**\n\n1. one\n2. [two](https://e.com)\n\n---")).toBe(
      '<h2>A <em>b</em></h2>\n<p>text <code>x*y*</code> <strong>c</strong></p>\n<ol><li>one</li><li><a href="https://e.com" rel="noopener noreferrer">two</a></li></ol>\n<hr>',
    );
    expect(markdownHtml("[a](javascript:x) snake_case_name")).toBe("<p>a snake_case_name</p>");
    expect(markdownHtml("**[a](./*b*)**")).toBe(
      '<p><strong><a href="./*b*" rel="noopener noreferrer">a</a></strong></p>',
    );
    expect(markdownHtml(`${"> ".repeat(5000)}x\n${"[a](".repeat(5000)}`)).toContain("[a](");
  });
});

describe(".ipynb", () => {
  const json = (run: NotebookRun) => JSON.parse(notebookIpynb(run));

  test("the fields of nbformat 4.5", () => {
    const notebook = json(runOf("a\nb", { failure: failureOf("no"), endedAt: 1 }));
    expect(notebook).toMatchObject({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: "typescript" } },
    });
    expect(notebook.cells.map((one: { id: string }) => one.id)).toEqual(["cell-1", "cell-2", "cell-3", "cell-4"]);
    expect(notebook.cells[0]).toEqual({
      cell_type: "code",
      id: "cell-1",
      metadata: { title: "a\nb" },
      execution_count: 1,
      source: ["a\n", "b"],
      outputs: [
        { output_type: "stream", name: "stdout", text: ["a\n", "b"] },
        { output_type: "display_data", metadata: {}, data: { "text/html": ["a\n", "b"], "text/plain": "HTML" } },
        expect.objectContaining({ name: "stdout" }),
        expect.objectContaining({ output_type: "display_data" }),
      ],
    });
    expect(notebook.cells[1]).toEqual({
      cell_type: "markdown",
      id: "cell-2",
      metadata: { title: "a\nb" },
      source: ["a\n", "b"],
    });
    expect(notebook.cells[2]).toMatchObject({ execution_count: 2, source: ["%sql\n", "a\n", "b"] });
    expect(notebook.cells[2].outputs.at(-1)).toEqual({
      output_type: "error",
      ename: "Error",
      evalue: "no",
      traceback: ["no", "no"],
    });
    expect(notebook.cells[3]).toMatchObject({ execution_count: null, outputs: [] });
  });

  test("is read again as the notebook that it came from", () => {
    const run = runOf("const a = 1;");
    const again = jupyterDocument("/p/nb.ipynb", notebookIpynb(run));
    expect(again.cells.map(({ title, language, source }) => [title, language, source.trim()])).toEqual(
      run.cells.map(({ title, language, source }) => [title, language, source]),
    );
  });
});
