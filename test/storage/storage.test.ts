import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalStorage } from "../../src/storage/local-storage.js";
import { MemoryStorage } from "../../src/storage/memory-storage.js";
import type { Storage } from "../../src/storage/storage.js";

const root = { local: "", memory: "/memory" };
beforeAll(async () => {
  root.local = await mkdtemp(path.join(tmpdir(), "lakelet-storage-"));
});
afterAll(() => rm(root.local, { recursive: true, force: true }));

const makers: readonly { name: "local" | "memory"; make: () => Storage }[] = [
  { name: "local", make: () => new LocalStorage() },
  { name: "memory", make: () => new MemoryStorage() },
];

for (const { name, make } of makers) {
  describe(`${name} storage`, () => {
    let count = 0;
    async function fresh(): Promise<{ storage: Storage; folder: string }> {
      const storage = make();
      const folder = path.join(root[name], `case-${count++}`);
      await storage.createFolder(folder);
      return { storage, folder };
    }

    it("creates a file once and keeps the first content", async () => {
      const { storage, folder } = await fresh();
      const file = path.join(folder, "a.json");
      expect(await storage.putIfAbsent(file, "first")).toBe("created");
      expect(await storage.putIfAbsent(file, "second")).toBe("exists");
      expect(await storage.readText(file)).toBe("first");
    });

    it("lets exactly one of many racing writers create a file", async () => {
      const { storage, folder } = await fresh();
      const file = path.join(folder, "race.json");
      const results = await Promise.all(Array.from({ length: 20 }, (_, i) => storage.putIfAbsent(file, `writer ${i}`)));
      const winner = results.indexOf("created");
      expect(results.filter((result) => result === "created")).toHaveLength(1);
      expect(await storage.readText(file)).toBe(`writer ${winner}`);
    });

    it("replaces a file, and leaves no other file behind", async () => {
      const { storage, folder } = await fresh();
      const file = path.join(folder, "hint");
      await storage.replace(file, "one");
      await storage.replace(file, new TextEncoder().encode("two"));
      expect(await storage.readText(file)).toBe("two");
      expect((await storage.list(folder)).map((entry) => entry.name)).toEqual(["hint"]);
    });

    it("lists files in name order from a name on, folders apart, nothing where the folder is missing", async () => {
      const { storage, folder } = await fresh();
      for (const file of ["b", "a", "c"]) await storage.putIfAbsent(path.join(folder, file), file);
      await storage.createFolder(path.join(folder, "sub", "deep"));
      expect((await storage.list(folder)).map((entry) => entry.name)).toEqual(["a", "b", "c"]);
      expect((await storage.list(folder, { from: "b" })).map((entry) => entry.name)).toEqual(["b", "c"]);
      expect(await storage.listFolders(folder)).toEqual(["sub"]);
      expect(await storage.list(path.join(folder, "missing"))).toEqual([]);
      expect(await storage.listFolders(path.join(folder, "missing"))).toEqual([]);
      expect(await storage.stat(path.join(folder, "sub"))).toBeUndefined();
      expect(await storage.stat(path.join(folder, "a"))).toMatchObject({ name: "a", size: 1 });
    });

    it("names a missing file", async () => {
      const { storage, folder } = await fresh();
      const missing = path.join(folder, "missing");
      await expect(storage.readText(missing)).rejects.toMatchObject({ condition: "FILE_NOT_EXIST" });
      await expect(storage.putIfAbsent(path.join(missing, "x"), "")).rejects.toMatchObject({
        condition: "FAILED_WRITE_FILE",
      });
      await expect(storage.sync([missing], folder)).rejects.toMatchObject({ condition: "FAILED_WRITE_FILE" });
      await storage.delete(missing);
      await storage.deleteFolder(missing);
    });

    it("moves a folder with its content and deletes it", async () => {
      const { storage, folder } = await fresh();
      const [from, to] = [path.join(folder, "from"), path.join(folder, "to")];
      await storage.createFolder(path.join(from, "inner"));
      await storage.putIfAbsent(path.join(from, "inner", "f"), "x");
      await storage.rename(from, to);
      expect(await storage.readText(path.join(to, "inner", "f"))).toBe("x");
      await storage.sync([path.join(to, "inner", "f")], folder);
      await storage.deleteFolder(to);
      expect(await storage.listFolders(folder)).toEqual([]);
    });
  });
}

describe("local storage on a real disk", () => {
  it("leaves no temporary file behind, whoever wins", async () => {
    const folder = await mkdtemp(path.join(root.local, "temporary-"));
    const storage = new LocalStorage();
    await Promise.all([1, 2, 3].map((i) => storage.putIfAbsent(path.join(folder, "x"), `${i}`)));
    expect(await readdir(folder)).toEqual(["x"]);
  });

  it("tells a full path segment from a missing file", async () => {
    const folder = await mkdtemp(path.join(root.local, "enotdir-"));
    await writeFile(path.join(folder, "file"), "");
    const storage = new LocalStorage();
    await expect(storage.createFolder(path.join(folder, "file", "sub"))).rejects.toMatchObject({
      condition: "FAILED_WRITE_FILE",
      parameters: { errorCode: "ENOTDIR" },
    });
    await expect(storage.readText(path.join(folder, "file", "x"))).rejects.toMatchObject({
      condition: "FAILED_READ_FILE",
    });
  });
});
