/** `lakelet notifications list | retry | test` */
import { Command } from "commander";
import { EXIT_FAILED, ExitError } from "./exit.js";
import { positiveInteger } from "./whole-number.js";

export function notificationsCommand(): Command {
  const notifications = new Command("notifications").description("what was told to whom, and what still waits");
  notifications
    .command("list", { isDefault: true })
    .description("the newest last")
    .option("-n, --limit <count>", "how many", positiveInteger, 20)
    .option("--json", "as a JSON array")
    .action(list);
  notifications
    .command("retry")
    .description("send again: all that wait or were given up, or those of the given ids whatever became of them")
    .argument("[ids...]")
    .action(retry);
  notifications
    .command("test")
    .description("send a message that says that it is a trial")
    .argument("<target>", "an id of lakelet.yml's destinations, or an e-mail address")
    .action(test);
  return notifications;
}

async function list({ limit, json }: { readonly limit: number; readonly json?: boolean }): Promise<void> {
  const [{ openProject }, { listNotifications, notificationProblems }, { deliveryLines, deliveryBody }] = await open();
  const project = openProject();
  const found = listNotifications(project, limit);
  const lines = json ? [JSON.stringify(found.map(deliveryBody), undefined, 2)] : deliveryLines(found);
  process.stdout.write(`${lines.join("\n")}\n`);
  for (const problem of notificationProblems(project)) process.stderr.write(`${problem}\n`);
}

async function retry(ids: readonly string[]): Promise<void> {
  const [{ openProject }, { retryNotifications }, { deliveryLines }] = await open();
  const after = await retryNotifications(openProject(), ids);
  process.stdout.write(`${after.length === 0 ? "nothing waits to be sent" : deliveryLines(after).join("\n")}\n`);
  if (after.some((one) => one.status !== "delivered")) throw new ExitError(EXIT_FAILED);
}

async function test(target: string): Promise<void> {
  const [{ openProject }, { tryDestination }, { deliveryLines }] = await open();
  const after = await tryDestination(openProject(), target);
  process.stdout.write(`${deliveryLines([after]).join("\n")}\n`);
  if (after.status !== "delivered") throw new ExitError(EXIT_FAILED);
}

function open() {
  return Promise.all([
    import("../workspace/project.js"),
    import("../workspace/notifications.js"),
    import("./progress/delivery-lines.js"),
  ]);
}
