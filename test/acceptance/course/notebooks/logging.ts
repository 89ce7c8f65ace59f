// %% Structured logging
import { dbutils, spark } from "lakelet/notebook";

dbutils.widgets.text("run_date", "");
const run_date = dbutils.widgets.get("run_date");

// Setup logger
const logger = console;

// Log key events
logger.info(`Job started at ${new Date().toISOString()}`);
logger.info(`Processing partition: ${run_date}`);

// Log metrics
const start_time = new Date();
const df = spark.table("bronze_orders");
const row_count = await df.count();
const end_time = new Date();
const duration = (end_time.getTime() - start_time.getTime()) / 1000;

logger.info(`Processed ${row_count} rows in ${duration}s`);

// Persist metrics to monitoring table
const metrics_df = spark.createDataFrame([
  {
    job_name: "KION_Daily_ETL",
    run_date: run_date,
    metric_name: "rows_processed",
    metric_value: row_count,
    execution_time_seconds: duration,
    timestamp: new Date(),
  },
]);
await metrics_df.write.format("delta").mode("append").saveAsTable("job_metrics");
