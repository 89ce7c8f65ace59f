/** Makes the example's input: a week of order files, seeded, with the dirt that real sources have. Run: `npm run data`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly orderDate: string;
  readonly status: string;
  readonly amount: string;
  readonly updatedAt: string;
}

const HEADER = "order_id,customer_id,order_date,status,amount,updated_at";
const DAYS = ["2024-01-10", "2024-01-11", "2024-01-12", "2024-01-13", "2024-01-14", "2024-01-15"];
const ORDERS_A_DAY = 200;

/** Mulberry32: the same numbers from the same seed on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The files by name: orders of the day, late updates of the day before, duplicates, and a few broken lines. */
export function generateOrders(seed: number, ordersADay = ORDERS_A_DAY): ReadonlyMap<string, string> {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const files = new Map<string, string>();
  let nextId = 1000;
  let yesterday: readonly Order[] = [];

  for (const day of DAYS) {
    const fresh: Order[] = [];
    for (let i = 0; i < ordersADay; i++) {
      fresh.push({
        orderId: String(nextId++),
        customerId: String(1 + below(60)),
        orderDate: day,
        status: ["new", "completed", "completed", "completed", "cancelled"][below(5)] ?? "new",
        amount: (1 + below(50_000) / 100).toFixed(2),
        updatedAt: `${day}T${two(below(24))}:${two(below(60))}:${two(below(60))}Z`,
      });
    }
    const late = yesterday
      .filter((order) => order.status === "new")
      .map((order) => ({ ...order, status: "completed", updatedAt: `${day}T23:30:00Z` }));
    const lines = [...fresh, ...late].map((order, i) => lineOf(dirty(order, i)));
    lines.push(...lines.slice(0, 3)); // exact duplicates
    lines.splice(17, 0, `${nextId++},7,${day},completed`); // a line cut short
    files.set(`orders_${day}.csv`, `${[HEADER, ...lines].join("\n")}\n`);
    yesterday = fresh;
  }
  return files;
}

/** Every so many orders one has no customer, an impossible date, or a negative amount. */
function dirty(order: Order, i: number): Order {
  if (i % 41 === 40) return { ...order, customerId: "" };
  if (i % 67 === 66) return { ...order, orderDate: "2024-02-30" };
  if (i % 73 === 72) return { ...order, amount: `-${order.amount}` };
  return order;
}

function lineOf(order: Order): string {
  return [order.orderId, order.customerId, order.orderDate, order.status, order.amount, order.updatedAt].join(",");
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "orders");
if (
  process.argv[1] !== undefined &&
  fileURLToPath(import.meta.url).endsWith("generate-orders.ts") &&
  process.argv.includes("--write")
) {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of generateOrders(42)) writeFileSync(join(folder, name), content);
}
