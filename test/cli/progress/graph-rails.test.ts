/** Graphs of tasks as rails: whoever follows a rail from a task comes to those that depend on it, and to no others. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type GraphTask, railLines } from "../../../src/cli/progress/graph-rails.js";

const graph = (text: string): readonly GraphTask[] =>
  text.split(";").map((one) => {
    const [key = "", after] = one.split("<");
    return { key, dependsOn: after ? after.split(",") : [] };
  });
const drawn = (text: string) =>
  railLines(graph(text))?.map(({ task, before, after }) => `${before}${task.key}${after}`.trimEnd());

test("a chain, a fork and a join", () => {
  expect(drawn("a;b<a;c<b;d<b;e<c,d")).toEqual(["a", "b", "├─c", "d │", "e─╯"]);
});

test("rails that do not belong are crossed, those that do are joined", () => {
  expect(drawn("a;b;c;d;e<a,d;f<b;g<c,f,e")).toEqual(["a", "│ b", "│ │ c", "│ │ │ d", "e─│─│─╯", "│ f │", "g─┴─╯"]);
});

test("tasks that have nothing to do with each other do not stand below each other", () => {
  expect(drawn("a;b;c")).toEqual(["a", "  b", "c"]);
});

test("too wide to be seen: nothing is drawn", () => {
  const wide = Array.from({ length: 20 }, (_, i) => `t${i}`);
  expect(drawn([...wide, `end<${wide.join(",")}`].join(";"))).toBeUndefined();
});

const dags = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 }).map((rows) =>
  rows.map((after, i) => ({
    key: `t${i}`,
    dependsOn: i === 0 ? [] : [...new Set(after.map((one) => `t${one % i}`))],
  })),
);

/** Goes up from a task along what is drawn, and gives the tasks that it comes to. */
function foundAbove(lines: readonly string[], at: number): readonly string[] {
  const width = Math.max(...lines.map((line) => line.length));
  const cell = (row: number, column: number) => lines[row]?.padEnd(width)[column] ?? " ";
  const column = (row: number) => lines[row]?.search(/[A-Z]/) ?? -1;
  const found: string[] = [];
  const up = (row: number, x: number) => {
    for (let y = row; y >= 0; y--) {
      if (column(y) === x) return found.push(cell(y, x));
      if (!"│├┤┼".includes(cell(y, x))) return undefined;
    }
    return undefined;
  };
  const own = column(at);
  up(at - 1, own);
  for (const step of [-1, 1]) {
    for (let x = own + step; cell(at, x) !== " " && x >= 0 && x < width; x += step) {
      if ("├┤┼╰╯┴".includes(cell(at, x))) up(at - 1, x);
    }
  }
  return found;
}

test("random graphs: from each task the rails lead up to what it depends on", () => {
  fc.assert(
    fc.property(dags, (tasks) => {
      const rails = railLines(tasks);
      if (!rails) return;
      const letter = new Map(rails.map(({ task }, i) => [task.key, String.fromCharCode(65 + i)]));
      const lines = rails.map(({ task, before, after }) => `${before}${letter.get(task.key)}${after}`);
      for (const [i, { task }] of rails.entries()) {
        const wanted = task.dependsOn.map((key) => letter.get(key) ?? "");
        expect(foundAbove(lines, i)).toEqual(expect.arrayContaining(wanted));
      }
    }),
    { numRuns: 300 },
  );
});
