/** A headless Chromium, told what to do over two pipes by the protocol of its own developer tools: no library in between. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

type Json = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

export interface PageLook {
  /** URLs that the page asked for, its own left out. */
  readonly requests: readonly string[];
  readonly windowWidth: number;
  /** Wider than the window: the page has to be scrolled sideways. */
  readonly pageWidth: number;
  /** What it said of errors and of what its policy forbade. */
  readonly complaints: readonly string[];
  readonly png: Buffer;
}

export class Browser {
  private readonly folder = mkdtempSync(join(tmpdir(), "lakelet-browser-"));
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly listeners = new Set<(message: Message) => void>();
  private last = 0;

  constructor() {
    const program = execFileSync(join(import.meta.dirname, "../../.ci/ensure-chromium.sh"), { encoding: "utf8" });
    const path = program.trim().split("\n").at(-1) ?? "";
    const options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"];
    this.process = spawn(path, [...options, `--user-data-dir=${this.folder}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    let text = "";
    const reader = this.process.stdio[4] as Readable;
    reader.setEncoding("utf8");
    reader.on("data", (part: string) => {
      const messages = (text + part).split("\0");
      text = messages.pop() ?? "";
      for (const one of messages) this.take(JSON.parse(one) as Message);
    });
  }

  /** Opens a file as a window of that width shows it. @param scheme of colours that the reader wants */
  async look(url: string, width: number, scheme: "light" | "dark"): Promise<PageLook> {
    const { targetId } = await this.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
    const page = (method: string, params: Json = {}) => this.call(method, params, String(sessionId));
    const requests: string[] = [];
    const complaints: string[] = [];
    const loaded = new Promise<void>((resolve) => {
      this.listeners.add(({ method, params = {} }) => {
        if (method === "Network.requestWillBeSent") requests.push((params.request as { url: string }).url);
        if (method === "Log.entryAdded") complaints.push((params.entry as { text: string }).text);
        if (method === "Page.loadEventFired") resolve();
      });
    });
    await Promise.all(["Page", "Network", "Log", "Runtime"].map((one) => page(`${one}.enable`)));
    const mobile = width < 600;
    await page("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile });
    await page("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    await page("Page.navigate", { url });
    await loaded;
    const evaluate = async (expression: string) =>
      Number(((await page("Runtime.evaluate", { expression })).result as { value: unknown }).value);
    const pageWidth = await evaluate("document.documentElement.scrollWidth");
    const { data } = await page("Page.captureScreenshot", { captureBeyondViewport: true });
    this.listeners.clear();
    await this.call("Target.closeTarget", { targetId });
    const png = Buffer.from(String(data), "base64");
    return { requests: requests.filter((one) => one !== url), windowWidth: width, pageWidth, complaints, png };
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private call(method: string, params: Json, sessionId?: string): Promise<Json> {
    const id = ++this.last;
    const text = JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) });
    (this.process.stdio[3] as Writable).write(`${text}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => {
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result ?? {});
      });
    });
  }

  private take(message: Message): void {
    if (message.id === undefined) for (const listener of this.listeners) listener(message);
    else this.waiting.get(message.id)?.(message);
  }
}
