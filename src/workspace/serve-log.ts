/** The scheduler's own log: what it told, a JSON line each, in `<state>/scheduler/serve.log`. */
import { mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.js";
import type { ServeNews } from "./serve.js";

export interface ServeLog {
  write(news: ServeNews): void;
  close(): void;
}

/** A log of this size makes room for a new one; the one before is kept. */
const LARGEST = 10 * 1024 * 1024;

export async function openServeLog(project: Project): Promise<ServeLog> {
  const { destination, pino } = await import("pino");
  const folder = join(project.state, "scheduler");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "serve.log");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) renameSync(path, `${path}.1`);
  const file = destination({ dest: path, sync: true });
  const log = pino({ base: { pid: process.pid } }, file);
  return {
    write: (news) => {
      const level = isBad(news) ? "warn" : "info";
      const { event, ...facts } = newsFacts(news);
      log[level](facts, event);
    },
    close: () => file.flushSync(),
  };
}

function isBad(news: ServeNews): boolean {
  if (news.kind === "event") return news.event.type === "missed" || news.event.type === "refused";
  return news.kind === "problem" || news.kind === "trouble" || news.kind === "not-resumed";
}

/** What happened, as one flat object. Without the whole of each job: its name and id say which one. */
export function newsFacts(news: ServeNews): { readonly event: string } & Readonly<Record<string, unknown>> {
  if (news.kind === "serving") return { event: news.kind, jobs: news.jobs.map(({ name }) => name) };
  if (news.kind === "event") {
    const { type, ...facts } = news.event;
    return { event: type, job: news.job.name, jobId: news.job.id, ...facts };
  }
  if (news.kind === "problem") {
    return { event: news.kind, job: news.job.name, jobId: news.job.id, problem: news.message };
  }
  const { kind, ...facts } = news;
  if (!("message" in facts)) return { event: kind, ...facts };
  const { message, ...rest } = facts;
  return { event: kind, ...rest, problem: message };
}
