/** A notebook's names outside a run, in a test or a debugger: the nearest lakelet.yml and the widgets' defaults. */
import { LakeletError } from "../errors/lakelet-error.js";
import { hostsNotebooks, NotebookContext, setStandaloneContext } from "../tasks/notebook/notebook-context.js";

/** Without effect in a worker, whose attempts bring their own. */
export async function bindStandaloneNotebook(): Promise<void> {
  if (hostsNotebooks()) return;
  const [{ openProject }, { createLocalSession }] = await Promise.all([
    import("./project.js"),
    import("../session/local-session.js"),
  ]);
  const { root, warehouse, timeZone, paths } = openProject();
  const spark = await createLocalSession({ warehouse, timeZone, paths: paths.mappings, workingFolder: root });
  setStandaloneContext(
    new NotebookContext({
      spark,
      file: process.argv[1] ?? "",
      parameters: {},
      paths,
      request: undefined,
      emit: (event) => {
        if (event.type === "output" && event.output.kind === "text")
          process[event.output.stream].write(event.output.text);
      },
      runNotebook: async (path) => {
        throw new LakeletError({
          condition: "UNSUPPORTED_FEATURE",
          sqlState: "0A000",
          problem: `dbutils.notebook.run("${path}") works only in a run of a job.`,
        });
      },
    }),
  );
}
