/** A session as it is for one compilation whose result is to be compared: its clock and its seeds stand still. */
import type { FunctionContext } from "../../../sql/typed.js";
import type { Runtime } from "../runtime.js";

/** Microseconds that no statement of a person means: where they stand in compiled text, the clock was asked. */
const PINNED_NOW = 4_102_444_799_987_654n;

export interface PinnedRuntime {
  readonly runtime: Runtime;
  /** Names of functions of the user that were looked up: nobody knows what they do. */
  readonly called: ReadonlySet<string>;
}

/** The same engine, catalog and state behind it; what is set on it is set on the session. */
export function pinnedRuntime(runtime: Runtime): PinnedRuntime {
  const called = new Set<string>();
  const functionContext = (): FunctionContext => {
    const context = runtime.state.functionContext();
    return {
      ...context,
      now: PINNED_NOW,
      seed: () => 0,
      userFunction: (name) => {
        const found = context.userFunction?.(name);
        if (found !== undefined) called.add(name);
        return found;
      },
    };
  };
  const state: unknown = Object.create(runtime.state, { functionContext: { value: functionContext } });
  return { runtime: Object.create(runtime, { state: { value: state } }) as Runtime, called };
}

/** True where compiled text has the clock's time, but for casts of texts, where it completes times without a date alone. */
export function asksClock(sql: string): boolean {
  const rest = sql.replaceAll(`', CAST(${PINNED_NOW} AS BIGINT)`, "'");
  return rest.includes(PINNED_NOW.toString()) || rest.includes((PINNED_NOW / 1_000_000n).toString());
}
