import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LocalStorage } from "../../src/storage/local-storage.js";

/** The calls that change or flush something, in their order; `fail` decides which of them fail. */
const disk = vi.hoisted(() => ({
  calls: [] as string[],
  fail: (_call: string): string | undefined => undefined,
}));

function failOrGo(call: string): void {
  disk.calls.push(call);
  const code = disk.fail(call);
  if (code !== undefined) throw Object.assign(new Error(`${code}: ${call}`), { code });
}

const short = (file: unknown): string => path.basename(String(file)).replace(/^\..*\.tmp$/, "temporary");

vi.mock("node:fs/promises", async (importOriginal) => {
  const real = await importOriginal<typeof import("node:fs/promises")>();
  return {
    ...real,
    rename: async (from: string, to: string) => {
      failOrGo(`rename ${short(to)}`);
      return real.rename(from, to);
    },
  };
});

vi.mock("node:fs", async (importOriginal) => {
  const { default: real } = await importOriginal<{ default: typeof import("node:fs") }>();
  const opened = new Map<number, string>();
  const recorded = {
    ...real,
    openSync: (file: string, flags: string): number => {
      const descriptor = real.openSync(file, flags);
      opened.set(descriptor, file);
      return descriptor;
    },
    writeFileSync: (descriptor: number, data: string): void => {
      failOrGo(`write ${short(opened.get(descriptor))}`);
      real.writeFileSync(descriptor, data);
    },
    fsync: (descriptor: number, done: (error: Error | null) => void): void => {
      try {
        failOrGo(`fsync ${short(opened.get(descriptor))}`);
      } catch (error) {
        done(error as Error);
        return;
      }
      real.fsync(descriptor, done);
    },
    linkSync: (from: string, to: string): void => {
      failOrGo(`link ${short(to)}`);
      real.linkSync(from, to);
    },
  };
  return { ...recorded, default: recorded };
});

let folder: string;
const file = (): string => path.join(folder, "table", "v.json");
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lakelet-durability-"));
  await new LocalStorage().createFolder(path.join(folder, "table"));
  disk.calls = [];
});
afterEach(() => {
  disk.fail = () => undefined;
  return rm(folder, { recursive: true, force: true });
});

const failing = (call: string, code: string): void => {
  disk.fail = (one) => (one === call ? code : undefined);
};

describe("a durable create", () => {
  it("flushes the content before it has its name, and the name before it is reported", async () => {
    await new LocalStorage().putIfAbsent(file(), "x");
    expect(disk.calls).toEqual(["write temporary", "fsync temporary", "link v.json", "fsync table"]);
  });

  it("leaves out the flushes where it is told to, for tests", async () => {
    await new LocalStorage({ durable: false }).putIfAbsent(file(), "x");
    expect(disk.calls).toEqual(["write temporary", "link v.json"]);
  });

  it.each([
    ["write temporary", "ENOSPC", "FAILED_WRITE_FILE"],
    ["fsync temporary", "EIO", "FAILED_WRITE_FILE"],
    ["link v.json", "EIO", "FAILED_WRITE_FILE.UNKNOWN_OUTCOME"],
  ])("that fails at %s is an error, and no file is left", async (call, code, condition) => {
    failing(call, code);
    await expect(new LocalStorage().putIfAbsent(file(), "x")).rejects.toMatchObject({
      condition,
      parameters: { errorCode: code, path: file() },
      cause: { code },
    });
    expect(disk.calls.filter((one) => one === call)).toHaveLength(1);
    expect(await readdir(path.join(folder, "table"))).toEqual([]);
  });

  it("whose folder cannot be flushed is an error of its own: the file is there, and nobody knows for how long", async () => {
    failing("fsync table", "EIO");
    await expect(new LocalStorage().putIfAbsent(file(), "x")).rejects.toMatchObject({
      condition: "FAILED_WRITE_FILE.NOT_DURABLE",
    });
    expect(disk.calls.filter((one) => one === "fsync table")).toHaveLength(1);
    expect(await readFile(file(), "utf8")).toBe("x");
  });
});

describe("a durable replace", () => {
  it("flushes the content, then renames, then flushes the folder", async () => {
    await new LocalStorage().replace(file(), "x");
    expect(disk.calls).toEqual(["write temporary", "fsync temporary", "rename v.json", "fsync table"]);
  });

  it("that fails keeps what was there", async () => {
    await new LocalStorage().replace(file(), "old");
    failing("fsync temporary", "EIO");
    await expect(new LocalStorage().replace(file(), "new")).rejects.toMatchObject({ condition: "FAILED_WRITE_FILE" });
    expect(await readFile(file(), "utf8")).toBe("old");
  });
});

describe("flushing what others wrote", () => {
  it("flushes each file, then each folder once, up to the root", async () => {
    const storage = new LocalStorage();
    await storage.createFolder(path.join(folder, "table", "a", "b"));
    const files = ["a/b/1", "a/b/2", "a/3"].map((name) => path.join(folder, "table", name));
    for (const one of files) await storage.replace(one, "x");
    disk.calls = [];
    await storage.sync(files, path.join(folder, "table"));
    expect(disk.calls.slice(0, 3).sort()).toEqual(["fsync 1", "fsync 2", "fsync 3"]);
    expect(disk.calls.slice(3).sort()).toEqual(["fsync a", "fsync b", "fsync table"]);
  });

  it("is an error when one of them fails, once and for all", async () => {
    const storage = new LocalStorage();
    await storage.replace(file(), "x");
    failing("fsync v.json", "EIO");
    await expect(storage.sync([file()], folder)).rejects.toMatchObject({ condition: "FAILED_WRITE_FILE" });
    expect(disk.calls.filter((one) => one === "fsync v.json")).toHaveLength(1);
  });

  it("of a new folder flushes the folders that hold the new names", async () => {
    await new LocalStorage().createFolder(path.join(folder, "table", "x", "y"));
    expect([...new Set(disk.calls)].sort()).toEqual(["fsync table", "fsync x"]);
  });
});
