/** `npm run bench`: the benchmarks, a table of their figures, and on request the JSON. */
import { writeFileSync } from "node:fs";
import { parseOptions } from "./options.js";
import { figuresJson, figuresText } from "./report.js";
import { runSuite } from "./suite.js";

const options = parseOptions(process.argv.slice(2));
const figures = await runSuite(options, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(`\n${figuresText(figures, options)}`);
if (options.json !== undefined) writeFileSync(options.json, figuresJson(figures, options));
