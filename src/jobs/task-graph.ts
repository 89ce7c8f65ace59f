/** Tasks and what they depend on: order, cycles, ancestors, selections. */

export interface GraphTask {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/** The keys of one cycle, the first repeated at the end (`a, b, a`), or undefined where there is none. */
export function findCycle(tasks: readonly GraphTask[]): readonly string[] | undefined {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const done = new Set<string>();
  for (const { key: start } of tasks) {
    if (done.has(start)) continue;
    const path: string[] = [];
    const onPath = new Set<string>();
    // An explicit stack: a chain of a thousand tasks must not exhaust the call stack.
    const stack: { key: string; next: number }[] = [{ key: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1);
      if (!top) break;
      if (top.next === 0 && !done.has(top.key)) {
        path.push(top.key);
        onPath.add(top.key);
      }
      const dependency = done.has(top.key) ? undefined : byKey.get(top.key)?.dependsOn[top.next++];
      if (dependency === undefined) {
        stack.pop();
        if (onPath.delete(top.key)) path.pop();
        done.add(top.key);
      } else if (onPath.has(dependency)) {
        return [...path.slice(path.indexOf(dependency)), dependency].reverse();
      } else if (!done.has(dependency)) {
        stack.push({ key: dependency, next: 0 });
      }
    }
  }
  return undefined;
}

/** Keys of the tasks that nothing depends on. */
export function leafTasks(tasks: readonly GraphTask[]): readonly string[] {
  const needed = new Set(tasks.flatMap((task) => task.dependsOn));
  return tasks.filter((task) => !needed.has(task.key)).map((task) => task.key);
}

/** Everything upstream of a task, itself left out. */
export function ancestorsOf(tasks: readonly GraphTask[], key: string): ReadonlySet<string> {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  return reach(key, (one) => byKey.get(one)?.dependsOn ?? []);
}

/** Everything downstream of a task, itself left out. */
export function descendantsOf(tasks: readonly GraphTask[], key: string): ReadonlySet<string> {
  const dependents = new Map<string, string[]>();
  for (const task of tasks) {
    for (const dependency of task.dependsOn) {
      const known = dependents.get(dependency);
      if (known) known.push(task.key);
      else dependents.set(dependency, [task.key]);
    }
  }
  return reach(key, (one) => dependents.get(one) ?? []);
}

function reach(start: string, next: (key: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...next(start)];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    open.push(...next(key));
  }
  return found;
}

/**
 * The tasks that `--only` names: `t`, `+t` with all upstream, `t+` with all downstream, `+t+` with both.
 * `unknown` are names that no task has.
 */
export function selectTasks(
  tasks: readonly GraphTask[],
  names: readonly string[],
): { readonly selected: ReadonlySet<string>; readonly unknown: readonly string[] } {
  const known = new Set(tasks.map((task) => task.key));
  const selected = new Set<string>();
  const unknown: string[] = [];
  for (const name of names) {
    const key = name.replace(/^\+/, "").replace(/\+$/, "");
    if (!known.has(key)) {
      unknown.push(key);
      continue;
    }
    selected.add(key);
    if (name.startsWith("+")) for (const one of ancestorsOf(tasks, key)) selected.add(one);
    if (name.endsWith("+")) for (const one of descendantsOf(tasks, key)) selected.add(one);
  }
  return { selected, unknown };
}

/** Most tasks that stand on one level of the graph: how many may run at once. */
export function graphWidth(tasks: readonly GraphTask[]): number {
  const depth = new Map<string, number>();
  const counts = new Map<number, number>();
  for (const task of topologicalOrder(tasks)) {
    const level = Math.max(0, ...task.dependsOn.map((key) => (depth.get(key) ?? -1) + 1));
    depth.set(task.key, level);
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return Math.max(1, ...counts.values());
}

/** Each task after those that it depends on; the spec's order otherwise. Tasks of a cycle are left out. */
export function topologicalOrder<Task extends GraphTask>(tasks: readonly Task[]): readonly Task[] {
  const keys = new Set(tasks.map((task) => task.key));
  const placed = new Set<string>();
  const order: Task[] = [];
  let open = [...tasks];
  for (let before = -1; before !== open.length; ) {
    before = open.length;
    open = open.filter((task) => {
      if (!task.dependsOn.every((key) => placed.has(key) || !keys.has(key))) return true;
      placed.add(task.key);
      order.push(task);
      return false;
    });
  }
  return order;
}
