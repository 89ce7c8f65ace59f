/** `spark` and `_sqldf` as a notebook imports them: names that find what they mean in the notebook of whoever uses them. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { SparkSession } from "../../session/contract.js";
import { currentContext } from "./notebook-context.js";

/** Everything asked of it is asked of the session of the notebook at work. */
export const spark: SparkSession = bound(() => currentContext().options.spark);

/**
 * The result of the last SQL cell that had one, as a DataFrame.
 *
 * @example
 * const paid = _sqldf.filter("status = 'paid'");
 */
export const _sqldf: DataFrame = bound(() => {
  const result = currentContext().sqlResult;
  if (result) return result;
  throw new LakeletError({
    condition: "NO_SQL_RESULT",
    sqlState: "42000",
    problem: "`_sqldf` is the result of the last SQL cell, and no SQL cell has had one yet.",
    cure: "Run a SQL cell with a query first.",
  });
});

function bound<Value extends object>(value: () => Value): Value {
  return new Proxy({} as Value, {
    get(_, name) {
      // `await spark` asks every value for its `then`; so does whoever prints it.
      if (name === "then") return undefined;
      const target = value();
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
    has: (_, name) => Reflect.has(value(), name),
    getPrototypeOf: () => Reflect.getPrototypeOf(value()),
  });
}
