import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");

function checkConfig(environment: Record<string, string>) {
  const { status, stdout } = spawnSync(
    process.execPath,
    [path.join(ROOT, "scripts/server.mjs"), "--check-config"],
    {
      env: { NODE_ENV: "test", PATH: process.env["PATH"] ?? "", ...environment },
      encoding: "utf8",
    },
  );
  return { status, ...(JSON.parse(stdout) as { problems: Record<string, string>[] }) };
}

describe("FE-1 the front end reaches no database", () => {
  it("FE-1 none of its packages speaks to a database", () => {
    const lock = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as {
      packages: Record<string, unknown>;
    };
    const names = Object.keys(lock.packages).map((entry) => entry.split("node_modules/").at(-1));
    const drivers =
      /^(pg|pg-.*|postgres|mysql2?|sqlite3|better-sqlite3|redis|ioredis|@redis\/.*|@clickhouse\/.*|mongodb|knex|prisma|@prisma\/.*|drizzle-orm|typeorm)$/;
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => drivers.test(name ?? ""))).toEqual([]);
  });

  it("FE-1 forgets what other services are configured with before it starts", () => {
    const source = readFileSync(path.join(ROOT, "scripts/server.mjs"), "utf8");
    const pattern = /const FOREIGN =\s*\/(.+)\/;/.exec(source)?.[1] ?? "";
    const foreign = new RegExp(pattern);
    for (const key of [
      "BACKEND_DATABASE_HOSTS",
      "AUTH_SECRETS_DIR",
      "PGPASSWORD",
      "OPENAI_API_KEY",
    ]) {
      expect(foreign.test(key), key).toBe(true);
    }
    for (const key of ["PORT", "HOSTNAME", "NODE_ENV", "FRONTEND_PORT", "PATH"]) {
      expect(foreign.test(key), key).toBe(false);
    }
  });
});

describe("the front end's settings", () => {
  it("are good as they come", () => {
    expect(checkConfig({})).toMatchObject({ status: 0, problems: [] });
  });

  it("refuses an unknown key and a wrong port, both at once, with exit code 78", () => {
    const { status, problems } = checkConfig({ FRONTEND_PROT: "3000", FRONTEND_PORT: "99999" });
    expect(status).toBe(78);
    expect(problems.map(({ key }) => key)).toEqual(["FRONTEND_PROT", "FRONTEND_PORT"]);
  });
});
