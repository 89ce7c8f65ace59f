/** What a spec says about compute and cannot mean. */
import type { ClusterSpec } from "../spec/cluster.js";
import type { DocumentPath } from "../spec/document.js";
import type { Finding, SpecContext, SpecRule } from "./rule.js";

interface PlacedCluster {
  readonly cluster: ClusterSpec;
  readonly path: DocumentPath;
}

function clustersOf({ settings, tasks }: SpecContext): readonly PlacedCluster[] {
  const shared = (settings.job_clusters ?? []).flatMap(({ new_cluster: cluster }, i): PlacedCluster[] =>
    cluster ? [{ cluster, path: ["job_clusters", i, "new_cluster"] }] : [],
  );
  const own = tasks.flatMap(({ task: { new_cluster: cluster }, path }): PlacedCluster[] =>
    cluster ? [{ cluster, path: [...path, "new_cluster"] }] : [],
  );
  return [...shared, ...own];
}

function eachCluster(check: (cluster: ClusterSpec, path: DocumentPath) => readonly Finding[]): SpecRule["check"] {
  return (context) => clustersOf(context).flatMap(({ cluster, path }) => check(cluster, path));
}

const CLOUDS = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" } as const;
type Cloud = keyof typeof CLOUDS;

/** By the form of its name; undefined where that says nothing. */
function cloudOf(nodeType: string | undefined): Cloud | undefined {
  if (nodeType === undefined || /\$\{|\{\{/.test(nodeType)) return undefined;
  if (/^Standard_/i.test(nodeType)) return "azure";
  if (/^[a-z]+\d+[a-z]*(?:-[a-z]+)?\.(?:\d*x?large|medium|small|metal.*)$/.test(nodeType)) return "aws";
  return /^[a-z]\d[a-z]?-(?:standard|highmem|highcpu|megamem|ultramem)/.test(nodeType) ? "gcp" : undefined;
}

const PROFILE = "spark.databricks.cluster.profile";

export const COMPUTE_RULES: readonly SpecRule[] = [
  {
    id: "autoscale-and-num-workers",
    check: eachCluster((cluster, path) =>
      cluster.num_workers !== undefined && cluster.autoscale
        ? [
            {
              path: [...path, "autoscale"],
              what: "num_workers and autoscale exclude each other.",
              databricks: "a cluster takes one of the two and the request is refused.",
              here: "autoscale counts: its max_workers are the threads of the process.",
              fix: "remove num_workers or autoscale.",
            },
          ]
        : [],
    ),
  },
  {
    id: "autoscale-bounds",
    check: eachCluster(({ autoscale }, path) => {
      const { min_workers: least = 0, max_workers: most } = autoscale ?? {};
      if (most === undefined || least <= most) return [];
      return [
        {
          path: [...path, "autoscale", "min_workers"],
          what: `min_workers is ${least}, max_workers ${most}.`,
          databricks: "the cluster is refused.",
          here: "max_workers are the threads of the process.",
          fix: "make max_workers the larger one.",
        },
      ];
    }),
  },
  {
    id: "attributes-of-another-cloud",
    check: eachCluster((cluster, path) => {
      const node = cluster.node_type_id ?? cluster.driver_node_type_id;
      const cloud = cloudOf(node);
      if (cloud === undefined) return [];
      return (Object.keys(CLOUDS) as Cloud[]).flatMap((one) => {
        const key = `${one}_attributes` as const;
        if (one === cloud || !cluster[key]) return [];
        return [
          {
            path: [...path, key],
            what: `${key} do not go with ${node}, a node type of ${CLOUDS[cloud]}.`,
            databricks: `a workspace on ${CLOUDS[cloud]} refuses or ignores them, so that no spot instance is used.`,
            here: "neither has an effect.",
            fix: `write ${cloud}_attributes${spotWord(cloud)}.`,
          },
        ];
      });
    }),
  },
  {
    id: "spot-price-on-demand",
    check: eachCluster(({ aws_attributes: aws }, path) =>
      aws?.availability === "ON_DEMAND" && aws.spot_bid_price_percent !== undefined
        ? [
            {
              path: [...path, "aws_attributes", "spot_bid_price_percent"],
              what: "spot_bid_price_percent is said of on-demand nodes.",
              databricks: "it is ignored.",
              fix: "set availability to SPOT_WITH_FALLBACK, or remove it.",
            },
          ]
        : [],
    ),
  },
  {
    id: "no-workers-without-single-node",
    check: eachCluster((cluster, path) => {
      const single = cluster.is_single_node === true || cluster.spark_conf?.[PROFILE] === "singleNode";
      if (cluster.num_workers !== 0 || single || cluster.policy_id !== undefined) return [];
      return [
        {
          path: [...path, "num_workers"],
          what: "num_workers is 0, and the cluster is no single node.",
          databricks: "Spark jobs wait for a worker that never comes.",
          here: "the task runs.",
          fix: `add spark_conf {"${PROFILE}": "singleNode", "spark.master": "local[*]"} and custom_tags {"ResourceClass": "SingleNode"}.`,
        },
      ];
    }),
  },
  {
    id: "previous-task-cluster",
    check: ({ tasks }) =>
      tasks.flatMap(({ task, path }) =>
        task.existing_cluster_id === "{{previous_task_cluster}}"
          ? [
              {
                path: [...path, "existing_cluster_id"],
                what: "{{previous_task_cluster}} is not a reference.",
                databricks: "it stays literal text, and no cluster has that id.",
                here: "the task runs in the process of the task before it.",
                fix: "declare the cluster in job_clusters and name it by job_cluster_key in both tasks.",
              },
            ]
          : [],
      ),
  },
  {
    id: "libraries-without-cluster",
    check: ({ tasks }) =>
      tasks.flatMap(({ task, path }) => {
        const cluster = task.new_cluster ?? task.existing_cluster_id ?? task.job_cluster_key;
        if (task.libraries === undefined || task.libraries.length === 0 || cluster !== undefined) return [];
        if (task.for_each_task) return [];
        return [
          {
            path: [...path, "libraries"],
            part: "key" as const,
            what: `\`${task.task_key}\` has libraries and no cluster, which makes it serverless.`,
            databricks: "libraries of serverless tasks are refused: they come from an environment.",
            here: "what can be installed is installed.",
            fix: "name a cluster, or write environments and environment_key.",
          },
        ];
      }),
  },
  {
    id: "unknown-environment",
    check: ({ settings, tasks }) => {
      const known = (settings.environments ?? []).map((one) => one.environment_key);
      return tasks.flatMap(({ task, path }) =>
        task.environment_key === undefined || known.includes(task.environment_key)
          ? []
          : [
              {
                path: [...path, "environment_key"],
                severity: "error" as const,
                what: `No environment is called \`${task.environment_key}\`.`,
                databricks: "the job is refused.",
                fix: known.length > 0 ? `name one of ${known.join(", ")}.` : "declare it under environments.",
              },
            ],
      );
    },
  },
  {
    id: "unknown-environment-variables",
    check: ({ settings, tasks }) => {
      const known = (settings.environment_variables ?? []).map((one) => one.environment_variables_key);
      return tasks.flatMap(({ task: { environment_variables_key: key }, path }) =>
        key === undefined || known.includes(key)
          ? []
          : [
              {
                path: [...path, "environment_variables_key"],
                severity: "error" as const,
                what: `No environment variables are called \`${key}\`.`,
                databricks: "the job is refused.",
                fix:
                  known.length > 0 ? `name one of ${known.join(", ")}.` : "declare them under environment_variables.",
              },
            ],
      );
    },
  },
  {
    id: "unused-job-cluster",
    check: ({ settings, tasks }) => {
      const used = new Set(tasks.map(({ task }) => task.job_cluster_key));
      return (settings.job_clusters ?? []).flatMap(({ job_cluster_key: key }, i) =>
        used.has(key)
          ? []
          : [
              {
                path: ["job_clusters", i, "job_cluster_key"],
                what: `No task runs on the job cluster \`${key}\`.`,
                databricks: "it is never started.",
                fix: "name it by job_cluster_key in a task, or remove it.",
              },
            ],
      );
    },
  },
  {
    id: "duplicate-job-cluster",
    check: ({ settings }) => {
      const seen = new Set<string>();
      return (settings.job_clusters ?? []).flatMap(({ job_cluster_key: key }, i) => {
        const twice = seen.has(key);
        seen.add(key);
        return twice
          ? [
              {
                path: ["job_clusters", i, "job_cluster_key"],
                severity: "error" as const,
                what: `Two job clusters have the job_cluster_key \`${key}\`.`,
                databricks: "the job is refused.",
                fix: "rename one.",
              },
            ]
          : [];
      });
    },
  },
];

function spotWord(cloud: Cloud): string {
  if (cloud === "azure") return ' ({"availability": "SPOT_WITH_FALLBACK_AZURE"})';
  return cloud === "gcp" ? ' ({"availability": "PREEMPTIBLE_WITH_FALLBACK_GCP"})' : "";
}
