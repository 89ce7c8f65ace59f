/** A notebook's names outside a run, in a test or a debugger: the nearest lakelet.yml and the widgets' defaults. */
import type { TaskOutput } from "../jobs/run/attempt.js";
import { displayInNotebook } from "../tasks/notebook/display.js";
import { hostsNotebooks, NotebookContext, setStandaloneContext } from "../tasks/notebook/notebook-context.js";

/**
 * Without effect in a worker, whose attempts bring their own.
 *
 * @param names what the notebooks that this one runs import by name
 */
export async function bindStandaloneNotebook(names: () => Promise<Readonly<Record<string, unknown>>>): Promise<void> {
  if (hostsNotebooks()) return;
  const [{ openProject }, { createLocalSession }, { showText }] = await Promise.all([
    import("./project.js"),
    import("../session/local-session.js"),
    import("../dataframe/show.js"),
  ]);
  const { root, warehouse, timeZone, paths } = openProject();
  const spark = await createLocalSession({
    warehouse,
    timeZone,
    paths: paths.mappings,
    workingFolder: root,
    onDisplay: displayInNotebook,
  });
  const print = (output: TaskOutput): void => {
    if (output.kind === "text") process[output.stream].write(output.text);
    else if (output.kind === "html") process.stdout.write(`${output.html}\n`);
    else if (output.kind === "nested") print(output.output);
    else if (output.kind === "table") {
      const rows = output.rows.map((row) => row.map((value) => (value === null ? null : String(value))));
      const columns = output.columns.map(({ name }) => name);
      process.stdout.write(`${showText(columns, rows, { truncate: 40, hasMore: output.truncated })}\n`);
    }
  };
  setStandaloneContext(
    new NotebookContext({
      spark,
      file: process.argv[1] ?? "",
      parameters: {},
      paths,
      request: undefined,
      emit: (event) => {
        if (event.type === "output") print(event.output);
      },
      runNotebook: async (...request) => {
        const [{ nestedRunner }, { NotebookLoader }] = await Promise.all([
          import("../tasks/notebook/notebook-runner.js"),
          import("../tasks/notebook/typescript-notebook.js"),
        ]);
        return nestedRunner(new NotebookLoader({ "lakelet/notebook": await names() }))(...request);
      },
    }),
  );
}
