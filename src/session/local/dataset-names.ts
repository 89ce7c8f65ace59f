/** What the names of a pipeline's datasets mean, as the resolution of names asks for it. */
import { asksForFile } from "../../dataframe/plan-text.js";
import type { DatasetScope } from "../flow-contract.js";
import { PlanCompiler } from "./plan-compiler.js";
import type { Datasets, Runtime } from "./runtime.js";

export function datasetsOf(runtime: Runtime, scope: DatasetScope): Datasets {
  return {
    streamed: scope.streamed,
    readWhole: (path) => scope.readWhole?.(path),
    plan: (name, isStream) => scope.dataset(name, isStream)?.plan,
    relation: async (name, isStream, sources, withFile) => {
      const frame = scope.dataset(name, isStream);
      if (frame === undefined) return undefined;
      const compiler = new PlanCompiler(runtime, sources, withFile || asksForFile(frame.plan));
      return (await compiler.compile(frame.plan)).relation;
    },
  };
}
