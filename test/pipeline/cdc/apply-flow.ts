/** One update of a flow of changes into a table of `main.default`; what a test does not say is as it is by default. */
import {
  type ApplyChangesRequest,
  type ApplyChangesResult,
  applyChanges,
} from "../../../src/pipeline/cdc/apply-changes.js";
import type { CdcFlow } from "../../../src/pipeline/cdc/change-settings.js";
import type { SparkSession } from "../../../src/session/contract.js";
import type { FlowTarget } from "../../../src/session/flow-contract.js";

export interface UpdateSettings extends Partial<Omit<ApplyChangesRequest, "session" | "flow" | "target">> {
  readonly target?: Partial<FlowTarget>;
}

export function applyFlow(
  session: SparkSession,
  flow: CdcFlow,
  { target, ...settings }: UpdateSettings = {},
): Promise<ApplyChangesResult> {
  const table = ["main", "default", flow.target[0] ?? ""];
  return applyChanges({
    session,
    flow,
    progressName: `p/${flow.name}`,
    target: { table, partitionBy: [], clusterBy: [], properties: {}, constraints: {}, ...target },
    expectations: [],
    start: "continue",
    now: () => 0,
    ...settings,
  });
}
