/** The linter over the notebooks and queries of a job's tasks. */
import { readFileSync } from "node:fs";
import { extname, relative } from "node:path";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { TaskPlan } from "../jobs/job-plan.js";
import { type CodeLanguage, type CodePiece, codePiece, type TaskCode } from "../jobs/lint/code.js";
import { lintCode } from "../jobs/lint/code-rules.js";
import { contextOf } from "../jobs/lint/rule.js";
import type { LocatedProblem } from "../jobs/spec/problem.js";
import { cellAtLine, type NotebookDocument, shownLine } from "../tasks/notebook/notebook-document.js";
import { readNotebook } from "../tasks/notebook/notebook-file.js";
import { placedTasks } from "./child-jobs.js";
import type { LoadedJob } from "./load-job.js";
import type { Project } from "./project.js";
import { fileOfTask } from "./task-files.js";

/** Notices in files other than the spec: what the tasks' own code gets wrong. */
export function codeNotices(project: Project, job: LoadedJob): readonly LocatedProblem[] {
  const context = contextOf(job.spec.settings);
  const placed = new Map(context.tasks.map((one) => [one.path.join("."), one]));
  const read = new Map<string, CodeFile | undefined>();
  const codes = placedTasks(job.spec, job.plan).flatMap(({ task, path }): readonly TaskCode[] => {
    const at = placed.get(path.join("."));
    // Many tasks run the same file with other parameters.
    const { base_parameters: _, parameters: __, ...settings } = task.work.settings as Record<string, unknown>;
    const key = `${task.work.type} ${JSON.stringify(settings)}`;
    const code = read.has(key) ? read.get(key) : codeFile(task, project);
    read.set(key, code);
    return at === undefined || code === undefined ? [] : [{ placed: at, ...code }];
  });
  return lintCode({ ...context, codes }, job.spec.at);
}

const LANGUAGES: Readonly<Record<string, CodeLanguage>> = { ".sql": "sql", ".py": "python" };

type CodeFile = Omit<TaskCode, "placed">;

function codeFile(task: TaskPlan, project: Project): CodeFile | undefined {
  const file = fileOfTask(task, project);
  if (file === undefined) return undefined;
  const shown = relative(process.cwd(), file) || file;
  try {
    if (task.work.type === "notebook_task") return { file: shown, pieces: piecesOf(readNotebook(file)) };
    const language = LANGUAGES[extname(file)];
    return language && { file: shown, pieces: [codePiece(language, readFileSync(file, "utf8"), 1)] };
  } catch (error) {
    // What cannot be read was told when the job was loaded.
    if (isLakeletError(error)) return undefined;
    throw error;
  }
}

function piecesOf(document: NotebookDocument): readonly CodePiece[] {
  return document.cells.map(({ language, source, sourceLine }) => {
    const kind = language === "typescript" || language === "sql" ? language : "text";
    return codePiece(kind, source, shownLine(document, sourceLine, cellAtLine(document.cells, sourceLine)));
  });
}
