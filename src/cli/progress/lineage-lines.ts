/** Lineage in the terminal: a tree upwards, a tree downwards. */
import type { LineageNode, TableLineage } from "../../workspace/lineage.js";
import type { Paint } from "./words.js";

export function lineageLines({ table, upstream, downstream }: TableLineage, paint: Paint): readonly string[] {
  const part = (title: string, nodes: readonly LineageNode[] | undefined): readonly string[] => {
    if (nodes === undefined) return [];
    const lines = nodes.length === 0 ? [paint("dim", "  nothing that is recorded")] : branches(nodes, "  ", paint);
    return [title, ...lines];
  };
  return [paint("bold", table), ...part("is made of", upstream), ...part("is a part of", downstream)];
}

function branches(nodes: readonly LineageNode[], indent: string, paint: Paint): readonly string[] {
  return nodes.flatMap(({ id, by, next, repeated }, i) => {
    const isLast = i === nodes.length - 1;
    const how = [by === undefined ? "" : `by ${by}`, repeated ? "(see above)" : ""]
      .filter((one) => one !== "")
      .join(" ");
    const line = `${indent}${isLast ? "└─" : "├─"} ${id}${how === "" ? "" : `  ${paint("dim", how)}`}`;
    return [line, ...branches(next, `${indent}${isLast ? "   " : "│  "}`, paint)];
  });
}
