/** The commands put together, and what becomes of an error: a message for people and the exit code. */
import { Command, CommanderError } from "commander";
import { backfillCommand } from "./backfill.js";
import { EXIT_USAGE, ExitError, printError } from "./exit.js";
import { initCommand } from "./init.js";
import { lineageCommand } from "./lineage.js";
import { notebookCommand } from "./notebook.js";
import { notificationsCommand } from "./notifications.js";
import { pipelineCommand } from "./pipeline.js";
import { qualityCommand } from "./quality.js";
import { quarantineCommand } from "./quarantine.js";
import { repairCommand } from "./repair.js";
import { runCommand } from "./run.js";
import { runsCommand } from "./runs.js";
import { scheduleCommand } from "./schedule.js";
import { serveCommand } from "./serve.js";
import { sqlCommand } from "./sql.js";
import { testCommand } from "./test.js";
import { validateCommand } from "./validate.js";

/** Sets the exit code; never throws. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = new Command("lakelet")
    .description("Medallion ETL the Databricks way, on one machine.")
    .option("-V, --version", "print the version")
    .showSuggestionAfterError()
    .showHelpAfterError("(lakelet --help shows the commands)");
  for (const command of [
    initCommand(),
    runCommand(),
    repairCommand(),
    backfillCommand(),
    runsCommand(),
    serveCommand(),
    scheduleCommand(),
    pipelineCommand(),
    testCommand(),
    validateCommand(),
    sqlCommand(),
    qualityCommand(),
    quarantineCommand(),
    lineageCommand(),
    notebookCommand(),
    notificationsCommand(),
  ]) {
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().helpOption("-h, --help", "show help");
  }
  // Whoever reads the output may stop reading: a run goes on.
  process.stdout.on("error", ignoreClosed);
  process.stderr.on("error", ignoreClosed);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

/** A pipe, or a terminal. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
}

function exitCodeOf(error: unknown): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof ExitError) return error.code;
  return printError(error);
}
