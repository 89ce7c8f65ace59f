/** A case of the DataFrame corpus: the TypeScript twin of the case of that name in the Python file beside it. */
import type { DataFrame, SparkSession } from "../../../../src/index.js";
import type tableTexts from "../tables.json";

/** The session and the DataFrames of tables.json. */
export type Tables = Readonly<Record<keyof typeof tableTexts, DataFrame>> & { readonly spark: SparkSession };

/** Gives a DataFrame, a value, or prints. */
export type Cases = Readonly<Record<string, (t: Tables) => unknown>>;
