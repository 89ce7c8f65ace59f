/** What a bundle says that has no effect on one machine, with the reason. */
import type { LocatedProblem } from "../spec/problem.js";
import { atPath, entriesOf, type LocatedMap, locationOf } from "./located.js";

const KEPT: Readonly<Record<string, string>> = {
  artifacts: "nothing is built: build the wheels and jars that the tasks name",
  "bundle.cluster_id": "the jobs run on this machine",
  "bundle.compute_id": "the jobs run on this machine",
  "bundle.databricks_cli_version": "lakelet reads the bundle itself",
  "bundle.deployment": "nothing is deployed",
  "bundle.engine": "nothing is deployed",
  experimental: "it concerns deployments",
  permissions: "there are no users and permissions on one machine",
  "presets.artifacts_dynamic_version": "nothing is built",
  "presets.source_linked_deployment": "the files are always those of this folder",
  run_as: "there are no users and permissions on one machine",
  scripts: "they are run by `databricks bundle run` alone",
  sync: "the files are those of this folder",
  workspace: "there is no workspace: the jobs run on this machine, and its file_path is the bundle's folder",
};

export function bundleNotices(tree: LocatedMap): readonly LocatedProblem[] {
  const notices = Object.entries(KEPT).flatMap(([key, reason]): LocatedProblem[] => {
    const path = key.split(".");
    const found = atPath(tree, path);
    if (found === undefined) return [];
    const message = `\`${key}\`: ${reason}.`;
    return [{ severity: "no-local-effect", path, message, location: locationOf(found, "key") }];
  });
  const python = tree.entries.get("python");
  if (python) {
    const message =
      "`python`: Databricks also runs the Python code that is named here, which may add jobs; lakelet reads YAML and JSON alone. Write the jobs out.";
    notices.push({ severity: "warning", path: ["python"], message, location: locationOf(python, "key") });
  }
  return [...notices, ...otherResources(tree)];
}

function otherResources(tree: LocatedMap): readonly LocatedProblem[] {
  return [...entriesOf(tree.entries.get("resources"))].flatMap(([kind, group]) => {
    if (kind === "jobs" || kind === "pipelines") return [];
    return [...entriesOf(group)].map(([key, resource]): LocatedProblem => {
      const path = ["resources", kind, key];
      return {
        severity: "no-local-effect",
        path,
        message: `\`${path.join(".")}\`: only a workspace has it.`,
        location: locationOf(resource, "key"),
      };
    });
  });
}
