/** The pipelines that the pipeline_tasks of a job name: found when the job is loaded, as parts of the same deployment. */
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { JobPlan, TaskPlan } from "../../jobs/job-plan.js";
import type { LocatedProblem } from "../../jobs/spec/problem.js";
import type { JobSpec } from "../../jobs/spec/read-job-spec.js";
import type { PipelineTaskSettings } from "../../tasks/pipeline/pipeline-task.js";
import { placedTasks } from "../child-jobs.js";
import type { Project } from "../project-defaults.js";
import { type LoadedPipeline, loadFoundPipeline } from "./load-pipeline.js";
import { findPipelineOfTask } from "./pipeline-lookup.js";

/** The job's spec goes with each pipeline_task: its worker finds the pipeline of the same bundle, target and variables. */
export function inDeployment(plan: JobPlan, { file, bundle }: JobSpec): JobPlan {
  const target = bundle && { target: bundle.target, variables: bundle.variables };
  const deployed = (task: TaskPlan): TaskPlan => {
    const { work, forEach } = task;
    const nested = forEach && { forEach: { ...forEach, task: deployed(forEach.task) } };
    if (work.type !== "pipeline_task") return { ...task, ...nested };
    const settings = { ...(work.settings as PipelineTaskSettings), deployment: { file, ...target } };
    return { ...task, ...nested, work: { ...work, settings } };
  };
  return { ...plan, tasks: plan.tasks.map(deployed) };
}

/** @throws PIPELINE_NOT_FOUND, INVALID_PIPELINE_SPEC, MALFORMED_DOCUMENT */
export function pipelineOfTask(project: Project, settings: PipelineTaskSettings): LoadedPipeline {
  const { pipeline_id: id, parameters, deployment } = settings;
  const found = findPipelineOfTask(project, id, deployment?.file);
  const isOwn = deployment !== undefined && found.path === deployment.file;
  const { target, variables } = deployment ?? {};
  return loadFoundPipeline(project, found, {
    ...(isOwn && { bundle: { ...(target !== undefined && { target }), ...(variables && { variables }) } }),
    ...(parameters && { configuration: parameters }),
  });
}

/** An error at its place in the job's spec for each pipeline that is not there or has mistakes. */
export function missingPipelines(spec: JobSpec, plan: JobPlan, project: Project): readonly LocatedProblem[] {
  return placedTasks(spec, plan).flatMap(({ task: { work }, path }) => {
    if (work.type !== "pipeline_task") return [];
    const settings = work.settings as PipelineTaskSettings;
    if (settings.pipeline_id.includes("{{")) return [];
    try {
      pipelineOfTask(project, settings);
      return [];
    } catch (error) {
      if (!isLakeletError(error)) throw error;
      const isMissing = error.condition === "PIPELINE_NOT_FOUND";
      const words = [error.problem, error.reason, error.cure].filter(Boolean).join(" ");
      const message = isMissing ? `${words} ${idCure(settings.pipeline_id)}` : `Its pipeline: ${error.message}`;
      return [spec.at({ severity: "error", path: [...path, "pipeline_task", "pipeline_id"], message })];
    }
  });
}

/** An id of a workspace says nothing of where the pipeline is here. */
function idCure(id: string): string {
  return `Or say in lakelet.yml which pipeline it is: pipeline_ids: { ${JSON.stringify(id)}: pipelines/<pipeline> }.`;
}
