/** A graph of tasks drawn beside their lines: what a task leaves for others goes down as a rail until the last of them has joined it. */

export interface GraphTask {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

export interface RailLine<Task> {
  readonly task: Task;
  /** Before the task's symbol and after it; joins included. */
  readonly before: string;
  readonly after: string;
  /** For lines below that say more of the task. */
  readonly below: string;
}

/** A rail belongs to the task that it comes from; `waiting` counts those that have not joined it. */
interface Rail {
  readonly key: string;
  waiting: number;
}

/** Columns wider than this say nothing any more: there is nothing drawn then. */
const MOST_COLUMNS = 12;

/**
 * The tasks in an order in which each comes after those that it depends on, with what is drawn beside them; undefined where the graph is
 * too wide for that.
 *
 * @example
 * ○ ingest
 * ├─○ gold_daily
 * ├─│─○ gold_customers   where gold_daily has others after it
 */
export function railLines<Task extends GraphTask>(tasks: readonly Task[]): readonly RailLine<Task>[] | undefined {
  const waiting = new Map<string, number>();
  for (const task of tasks) for (const key of task.dependsOn) waiting.set(key, (waiting.get(key) ?? 0) + 1);
  const rails: (Rail | undefined)[] = [];
  const lines: RailLine<Task>[] = [];
  let lastColumn: number | undefined;
  for (const task of inOrder(tasks)) {
    const joined = rails.flatMap((rail, i) => (rail && task.dependsOn.includes(rail.key) ? [i] : []));
    for (const i of joined) {
      const rail = rails[i];
      if (rail) rail.waiting -= 1;
    }
    const ended = joined.filter((i) => rails[i]?.waiting === 0);
    const column = ended[0] ?? freeColumn(rails, joined.at(-1) ?? -1, joined.length === 0 ? lastColumn : undefined);
    if (column >= MOST_COLUMNS) return undefined;
    const row = drawRow(rails, joined, ended, column);
    for (const i of ended) rails[i] = undefined;
    const left = waiting.get(task.key) ?? 0;
    rails[column] = left > 0 ? { key: task.key, waiting: left } : undefined;
    while (rails.length > 0 && rails.at(-1) === undefined) rails.pop();
    lines.push({ task, ...row, below: rails.map((rail) => (rail ? "│ " : "  ")).join("") });
    lastColumn = column;
  }
  return lines;
}

/** Right of the rails that it joins; a task without any does not stand right below another one, as if it came after it. */
function freeColumn(rails: readonly (Rail | undefined)[], after: number, notThis: number | undefined): number {
  let column = after + 1;
  while (rails[column] !== undefined || column === notThis) column++;
  return column;
}

function drawRow(
  rails: readonly (Rail | undefined)[],
  joined: readonly number[],
  ended: readonly number[],
  column: number,
): { readonly before: string; readonly after: string } {
  const first = Math.min(column, ...joined);
  const last = Math.max(column, ...joined);
  const cell = (i: number): string => {
    const inside = i > first && i < last;
    if (joined.includes(i)) {
      if (ended.includes(i)) return inside ? "┴" : i < column ? "╰" : "╯";
      return inside ? "┼" : i < column ? "├" : "┤";
    }
    if (rails[i]) return "│";
    return inside ? "─" : " ";
  };
  const gap = (i: number): string => (i >= first && i < last ? "─" : " ");
  const columns = Math.max(rails.length, column + 1);
  let before = "";
  let after = "";
  for (let i = 0; i < columns; i++) {
    if (i < column) before += cell(i) + gap(i);
    else if (i === column) after += gap(i);
    else after += cell(i) + gap(i);
  }
  return { before, after: after.trimEnd() };
}

/** As given, but a task waits for those that it depends on. */
function inOrder<Task extends GraphTask>(tasks: readonly Task[]): readonly Task[] {
  const known = new Set(tasks.map((task) => task.key));
  const done = new Set<string>();
  const order: Task[] = [];
  const left = [...tasks];
  while (left.length > 0) {
    const at = left.findIndex((task) => task.dependsOn.every((key) => done.has(key) || !known.has(key)));
    const [task] = left.splice(Math.max(at, 0), 1);
    if (!task) break;
    done.add(task.key);
    order.push(task);
  }
  return order;
}
