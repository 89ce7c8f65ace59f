/** `spark` as the sources of a pipeline import it: the pipeline's session, for reading. */
import type { DataFrame } from "../dataframe/data-frame.js";
import { refuseWhereReadOnly } from "../dataframe/read-only.js";
import type { SparkSession, SqlArguments } from "../session/contract.js";
import { parseStatements } from "../sql/parse/parse.js";
import { substituteVariables } from "../sql/parse/substitute-variables.js";
import { currentDeclarations, noteStream } from "./declarations.js";
import { queryInputs, withoutLivePrefix } from "./query-names.js";

const CHANGING: ReadonlySet<string | symbol> = new Set([
  "execute",
  "merge",
  "copyInto",
  "appendFlow",
  "refreshView",
  "checkpoint",
  "stop",
]);

/** Everything asked of it is asked of the session of the pipeline at work. */
export const spark: SparkSession = new Proxy({} as SparkSession, {
  get(_, name) {
    // `await spark` asks every value for its `then`; so does whoever prints it.
    if (name === "then") return undefined;
    const { session } = currentDeclarations();
    if (name === "sql") return (text: string, args?: SqlArguments) => sql(session, text, args);
    if (name === "readStream") noteStream(true);
    if (CHANGING.has(name)) return () => refuseWhereReadOnly(`spark.${String(name)}`);
    const member: unknown = Reflect.get(session, name, session);
    return typeof member === "function" ? member.bind(session) : member;
  },
  has: (_, name) => Reflect.has(currentDeclarations().session, name),
  getPrototypeOf: () => Reflect.getPrototypeOf(currentDeclarations().session),
});

async function sql(session: SparkSession, given: string, args: SqlArguments = {}): Promise<DataFrame> {
  const text = substituteVariables(
    given,
    (key) => session.conf.get(key, undefined),
    (name) => process.env[name],
  );
  const [parsed, ...others] = parseStatements(text);
  if (parsed === undefined || others.length > 0) return session.sql(text, args);
  if (parsed.statement.kind !== "query") return session.sql(text, args);
  const reads = queryInputs(parsed.text).some((one) => one.isStream);
  // Only whether it reads a stream is asked: its tables may not be there yet.
  if (noteStream(reads)) return session.range(0);
  return session.sql(withoutLivePrefix(parsed.text), args);
}
