/** What a notebook imports: spark, dbutils, display and the functions. Outside a run they belong to the nearest lakelet.yml. */
import { bindStandaloneNotebook } from "./workspace/standalone-notebook.js";

export * from "./index.js";
export { display, spark } from "./tasks/notebook/bound-session.js";
export { type DbUtils, dbutils } from "./tasks/notebook/dbutils.js";

await bindStandaloneNotebook();
