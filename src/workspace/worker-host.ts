/** What a worker's process holds: the handlers of all task types over the project's sessions. */
import type { AttemptRequest, TaskHandler } from "../jobs/run/attempt.js";
import type { WorkerHost } from "../jobs/run/worker-loop.js";
import type { SessionOptions, SparkSession } from "../session/contract.js";
import { inClusterEnvironment } from "../tasks/cluster-environment.js";
import { dbtTask } from "../tasks/dbt/dbt-handler.js";
import { sparkJarTask } from "../tasks/jar/spark-jar-task.js";
import { captureConsole } from "../tasks/notebook/console-capture.js";
import { hostNotebooks } from "../tasks/notebook/notebook-context.js";
import { notebookTask } from "../tasks/notebook/notebook-task.js";
import { NotebookLoader } from "../tasks/notebook/typescript-notebook.js";
import { pipelineTask } from "../tasks/pipeline/pipeline-task.js";
import { ProjectPaths } from "../tasks/project-paths.js";
import { pythonWheelTask } from "../tasks/python/python-wheel-task.js";
import { sparkPythonTask } from "../tasks/python/spark-python-task.js";
import { alertTask, sqlTask } from "../tasks/sql/sql-task.js";
import type { JarTaskEnvironment, PythonTaskEnvironment } from "../tasks/task-environment.js";
import { attemptOptions, clusterLimits, projectOptions, type WorkerProject } from "./attempt-session.js";
import { recordIn } from "./record-history.js";

export interface WorkerHostOptions<Session extends SparkSession> {
  readonly openSession: (options: SessionOptions) => Promise<Session>;
  /** Stops a session; what it has that is as good as new may serve the next one. */
  readonly endSession: (session: Session) => Promise<void>;
  /** Makes ready what the next session of these options will need. */
  readonly prepareSession: (options: SessionOptions) => void;
  /** What a notebook may import by name. */
  readonly modules: () => Promise<Readonly<Record<string, unknown>>>;
}

const STACK_FRAMES = 100;
/** Of the kind that tasks run, so that parser and analysis are warm, too. */
const WARM_QUERY = `SELECT day, count(DISTINCT id) AS ids, sum(CAST(amount AS DECIMAL(10,2))) AS total, current_timestamp() AS at
  FROM VALUES (1, '2024-01-01', '1.5') AS t(id, day, amount) WHERE lower(trim(day)) <> '' GROUP BY day ORDER BY day DESC`;

/** A host that has loaded what every attempt needs and waits for the project. */
export async function createWorkerHost<Session extends SparkSession>({
  openSession,
  endSession,
  prepareSession,
  modules,
}: WorkerHostOptions<Session>): Promise<WorkerHost> {
  // The line of the notebook stands at the end of a stack, behind those of the session.
  Error.stackTraceLimit = STACK_FRAMES;
  captureConsole();
  hostNotebooks();
  const loader = new NotebookLoader(await modules());
  const handlers = new Map<string, TaskHandler>();
  const ended: Session[] = [];
  let warm: SessionOptions | undefined;
  return {
    afterAttempt: async () => {
      for (const session of ended.splice(0)) await endSession(session);
      if (warm) prepareSession(warm);
    },
    call: (name, argument) => recordIn(name, argument, openSession),
    handlerOf: (type: AttemptRequest["task"]["type"]) => handlers.get(type),
    prepare: async (settings) => {
      const project = settings as WorkerProject;
      const environment: PythonTaskEnvironment & JarTaskEnvironment = {
        paths: new ProjectPaths({ root: project.root, mappings: project.paths, warehouse: project.warehouse }),
        queries: project.queries,
        warehouse: project.warehouse,
        temporaryFolder: project.temporaryFolder,
        python: project.python,
        engine: { timeZone: project.timeZone, memoryLimit: project.memoryLimit, threads: project.threads },
        java: project.java,
        limits: ({ workers }) => clusterLimits(project, workers),
        openSession: async (request, emit) =>
          stoppedLater(await openSession(attemptOptions(project, request, emit)), ended),
      };
      const all = [
        notebookTask(environment, loader),
        sqlTask(environment),
        alertTask(environment),
        sparkPythonTask(environment),
        pythonWheelTask(environment),
        dbtTask(environment),
        sparkJarTask(environment),
        pipelineTask(async () => {
          const { updateOfTask } = await import("./pipelines/update-of-task.js");
          return updateOfTask(project.root, environment.openSession);
        }),
      ];
      for (const handler of all) handlers.set(handler.type, inClusterEnvironment(handler));
      loader.warm(project.root);
      warm = projectOptions(project);
      await warmEngine(await openSession(warm));
      prepareSession(warm);
    },
  };
}

/** Nobody waits for the end of an attempt's engine: it is stopped when the end of the attempt has been told. */
function stoppedLater<Session extends SparkSession>(session: Session, ended: Session[]): SparkSession {
  return Object.assign(session, { stop: async () => void ended.push(session) });
}

/** The first statement of a process loads the engine and the parser: better now than in a task. */
async function warmEngine(session: SparkSession): Promise<void> {
  await session.execute(WARM_QUERY);
  await session.stop();
}
