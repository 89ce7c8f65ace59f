/** `lakelet init [dir]` */
import { Command } from "commander";

export function initCommand(): Command {
  return new Command("init")
    .description("make a new project: lakelet.yml, a job, a declarative pipeline, sample data")
    .argument("[dir]", "the project's folder", ".")
    .action(init);
}

async function init(target: string): Promise<void> {
  const { createProject } = await import("../workspace/new-project.js");
  const { files, kept } = createProject(target);
  const cd = target === "." ? "" : `  cd ${target}\n`;
  const left = kept.length > 0 ? `\nThere already, and left as they were: ${kept.join(", ")}\n` : "";
  process.stdout.write(`${files.map((file) => `  + ${file}`).join("\n")}\n${left}
Next:
${cd}  npx lakelet run daily_orders        # a job of notebooks and SQL
  npx lakelet pipeline run sales      # a declarative pipeline over the same files
  npx lakelet sql "show tables"
`);
}
