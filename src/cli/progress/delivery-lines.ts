/** Deliveries of notifications as lines of the terminal, and as JSON. */
import { relative } from "node:path";
import { type Delivery, type DeliveryStatus, targetText } from "../../workspace/notifications.js";
import { type Paint, padText, paintFor } from "./words.js";

const STYLES: Readonly<Record<DeliveryStatus, Parameters<Paint>[0]>> = {
  delivered: "green",
  pending: "yellow",
  outbox: "yellow",
  failed: "red",
};

/** One line each: when, what became of it, what it says, to whom, how the last try went; those that can be retried have their id. */
export function deliveryLines(deliveries: readonly Delivery[]): readonly string[] {
  if (deliveries.length === 0) return ["nobody was told of anything yet"];
  const paint = paintFor(process.stdout);
  return deliveries.flatMap((one) => {
    const { createdAt, status, content, target, tries, file } = one;
    const time = new Date(createdAt).toISOString().slice(0, 19).replace("T", " ");
    const head = `${paint("dim", time)}  ${padText(paint(STYLES[status], status), 9)}  ${content.headline}  ${paint("dim", "->")} ${targetText(target)}`;
    const last = tries.at(-1);
    if (status === "delivered") return [head];
    const where = file === undefined ? "" : ` (${relative(process.cwd(), file)})`;
    return [head, `    ${last?.detail ?? "not tried yet"}${where}`, `    ${paint("dim", one.id)}`];
  });
}

/** What of it is of use to a program. */
export function deliveryBody({ id, createdAt, status, content, target, tries, tryCount, nextTryAt, file }: Delivery) {
  const { notification, job } = content;
  return {
    id,
    status,
    event: notification.event,
    job_id: job.id,
    run_id: job.runId,
    ...(notification.task && { task_key: notification.task.key }),
    ...(target.kind === "mail" ? { to: target.to } : { destination: target.id }),
    created_time: createdAt,
    try_count: tryCount,
    tries,
    ...(status === "pending" && { next_try_time: nextTryAt }),
    ...(file !== undefined && { file }),
  };
}

/** After a run: nothing where nobody was to be told; a line where all arrived, and one for each way in which others did not. */
export function notificationSummary(deliveries: readonly Delivery[]): readonly string[] {
  const paint = paintFor(process.stdout);
  const of = (status: DeliveryStatus) => deliveries.filter((one) => one.status === status);
  const count = (found: readonly Delivery[]) =>
    `${found.length} ${found.length === 1 ? "notification" : "notifications"}`;
  const why = (found: readonly Delivery[]) =>
    [...new Set(found.map((one) => one.tries.at(-1)?.detail ?? "not tried yet"))].join("; ");
  const [delivered, outbox, pending, failed] = [of("delivered"), of("outbox"), of("pending"), of("failed")];
  const folder = outbox[0]?.file === undefined ? "" : relative(process.cwd(), outbox[0].file).replace(/[^/\\]*$/, "");
  return [
    ...(delivered.length > 0
      ? [`Told     ${count(delivered)}: ${[...new Set(delivered.map((one) => targetText(one.target)))].join("; ")}`]
      : []),
    ...(outbox.length > 0 ? [`Outbox   ${count(outbox)} in ${folder}: ${why(outbox)}`] : []),
    ...(pending.length > 0
      ? [
          paint(
            "yellow",
            `Waiting  ${count(pending)}: ${why(pending)}. The next run tries again, or: npx lakelet notifications retry`,
          ),
        ]
      : []),
    ...(failed.length > 0
      ? [
          paint(
            "red",
            `Not told ${count(failed)}: ${why(failed)}. When that is mended: npx lakelet notifications retry`,
          ),
        ]
      : []),
  ];
}
