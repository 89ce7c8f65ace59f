/** `spark` and `display` as a notebook imports them: names that find the session of whoever uses them. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import type { SparkSession } from "../../session/contract.js";
import { jsonText } from "../json-value.js";
import { currentContext } from "./notebook-context.js";

/** Everything asked of it is asked of the session of the notebook at work. */
export const spark: SparkSession = new Proxy({} as SparkSession, {
  get(_, name) {
    const session = currentContext().options.spark;
    const member: unknown = Reflect.get(session, name, session);
    return typeof member === "function" ? member.bind(session) : member;
  },
  has: (_, name) => Reflect.has(currentContext().options.spark, name),
  getPrototypeOf: () => Reflect.getPrototypeOf(currentContext().options.spark),
});

/** Shows the first rows of a DataFrame (or any value) as the cell's output. */
export async function display(value: DataFrame | unknown): Promise<void> {
  const context = currentContext();
  if (isDisplayable(value)) return value.display();
  const text = typeof value === "string" ? value : jsonText(value, 2);
  context.output({ kind: "text", stream: "stdout", text: `${text}\n` });
}

function isDisplayable(value: unknown): value is { display(): Promise<void> } {
  return value !== null && typeof value === "object" && "display" in value && typeof value.display === "function";
}
