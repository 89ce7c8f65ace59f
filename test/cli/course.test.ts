/** The course's own jobs run as they are written, by the built command. The production job does so in test/acceptance, the dbt task in test/interop. */
import { beforeAll, describe, expect, test } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { COURSE_JOBS, courseProject } from "../support/course-project.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const ELSEWHERE = ["production", "dbt-task"];
const RUN_HERE = COURSE_JOBS.filter((name) => !ELSEWHERE.includes(name));

interface RunBody {
  readonly run_id: number;
  readonly job_id: number;
  readonly start_time: number;
  readonly state: { readonly result_state: string; readonly state_message: string };
  readonly tasks: readonly {
    readonly run_id: number;
    readonly task_key: string;
    readonly state: { readonly result_state: string; readonly state_message?: string };
    readonly notebook_output?: { readonly result: string };
    readonly run_job_output?: { readonly run_id: number };
  }[];
}

let folder: string;
let course: RunBody;
const bodyOf = async (args: readonly string[]) => JSON.parse((await lakelet(folder, args)).stdout) as RunBody;

/** One job that starts each of the others: their processes are started once. */
beforeAll(async () => {
  const tasks = RUN_HERE.map((name) => ({ task_key: name, run_job_task: { job_id: name } }));
  folder = temporaryFolder({ ...courseProject(), "course.json": JSON.stringify({ name: "course", tasks }) });
  builtPackage();
  course = await bodyOf(["run", "course.json", "--json"]);
}, 300_000);

const taskOf = (name: string) => course.tasks.find((task) => task.task_key === name);

describe("the course", () => {
  test.each(RUN_HERE)("%s runs as it is written", (name) => {
    expect(taskOf(name)?.state.result_state).toBe("SUCCESS");
  });

  test("its dynamic values, those that Databricks would refuse among them", async () => {
    const run = await bodyOf(["runs", "show", String(taskOf("dynamic-values")?.run_job_output?.run_id), "--json"]);
    const started = new Date(run.start_time).toISOString();
    const values = JSON.parse(run.tasks[0]?.notebook_output?.result ?? "{}");
    expect(values).toMatchObject({
      run_date: started.slice(0, 10),
      job_id: String(run.job_id),
      run_id: String(run.tasks[0]?.run_id),
      parent_run_id: String(run.run_id),
    });
    expect(values.run_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
