// %% Query system tables for job history
import { spark } from "lakelet/notebook";

const job_history = await spark.sql(`
    SELECT
        job_id,
        job_name,
        run_id,
        start_time,
        end_time,
        DATEDIFF(SECOND, start_time, end_time) as duration_seconds,
        result_state,
        task_runs
    FROM system.lakeflow.job_runs
    WHERE job_name = 'KION_Daily_Orders_ETL'
        AND start_time >= current_date() - INTERVAL 7 DAYS
    ORDER BY start_time DESC
`);
await job_history.display();
