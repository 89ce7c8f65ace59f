// %% Get output from previous task
import { dbutils, spark } from "lakelet/notebook";

const task1_output = dbutils.jobs.taskValues.get({
  taskKey: "task_1",
  key: "default",
  default: "{}",
  debugValue: "{}",
});

const output_dict = JSON.parse(String(task1_output));
const source_table = output_dict.target_table;
const max_date = output_dict.max_order_date;

console.log(`Processing data from ${source_table} up to ${max_date}`);

// %% Use in transformation
const df = spark.table(source_table).filter(`order_date <= '${max_date}'`);
dbutils.notebook.exit({ rows: await df.count() });
