import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");
const SERVER = path.join(ROOT, "scripts/server.mjs");

const SECRET = "canary-Zx81-password";

interface Problem {
  key: string;
  reason: string;
  source: string;
  suggestion: string;
  reference: string;
}

function run(words: string[], environment: Record<string, string>, program = SERVER) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    env: { NODE_ENV: "test", PATH: process.env["PATH"] ?? "", ...environment },
    encoding: "utf8",
  });
  return { status, output: stdout + stderr, stdout };
}

function checkConfig(environment: Record<string, string>) {
  const { status, stdout } = run(["--check-config", "--json"], environment);
  return { status, ...(JSON.parse(stdout) as { problems: Problem[] }) };
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

describe("CFG-2 the front end's settings", () => {
  it("CFG-2 are good as they come", () => {
    expect(checkConfig({})).toMatchObject({ status: 0, problems: [] });
    expect(checkConfig({ PORT: "3001", HOSTNAME: "0.0.0.0" }).status).toBe(0);
  });

  it.each([
    ["FRONTEND_PORT", "eighty", "not a whole number"],
    ["FRONTEND_PORT", "0", "must be from 1 to 65535"],
    ["FRONTEND_PORT", "65536", "must be from 1 to 65535"],
    ["FRONTEND_PORT", "", "is set but empty"],
    ["FRONTEND_PORT", " 3000", "white space"],
    ["PORT", "3e3", "not a whole number"],
    ["FRONTEND_HOST", "a b", "does not fit"],
    ["HOSTNAME", "http://here", "does not fit"],
    ["FRONTEND_DEV_EDGE_URL", "8080", "not a URL"],
    ["FRONTEND_DEV_EDGE_URL", `http://me:${SECRET}@here`, "credentials"],
    ["FRONTEND_BACKEND_PASSWORD", SECRET, "is not a key"],
    ["FRONTENDPORT", "3000", "is not a key"],
  ])("CFG-1 refuses %s=%s", (key, value, reason) => {
    const { status, problems } = checkConfig({ [key]: value });
    expect(status).toBe(78);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.key).toBe(key);
    expect(problems[0]?.reason).toContain(reason);
    expect(problems[0]?.suggestion.length).toBeGreaterThan(8);
    expect(problems[0]?.reference).toContain("docs/configuration.md#");
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });

  it("CFG-1 refuses everything that is wrong at once, with what was meant", () => {
    const { status, problems } = checkConfig({
      FRONTEND_PROT: "3000",
      FRONTEND_PORT: "99999",
      FRONTEND_HOST: "two words",
      FRONTEND_DEV_EDGE_URL: "nowhere",
    });
    expect(status).toBe(78);
    expect(problems.map(({ key }) => key)).toEqual([
      "FRONTEND_PROT",
      "FRONTEND_PORT",
      "FRONTEND_HOST",
      "FRONTEND_DEV_EDGE_URL",
    ]);
    expect(problems[0]?.suggestion).toBe("Did you mean FRONTEND_PORT?");
  });

  it("CFG-1 opens no socket before all of them are good", () => {
    const directory = mkdtempSync(path.join(tmpdir(), "frontend-start-"));
    try {
      cpSync(SERVER, path.join(directory, "server.js"));
      for (const file of ["settings.mjs", "settings.schema.json"]) {
        cpSync(path.join(ROOT, "scripts", file), path.join(directory, file));
      }
      writeFileSync(path.join(directory, "package.json"), '{"type":"module"}');
      writeFileSync(
        path.join(directory, "next-server.js"),
        'import net from "node:net"; net.createServer().listen(0, () => process.exit(0));',
      );
      const watch = path.join(directory, "watch.cjs");
      writeFileSync(
        watch,
        `for (const [kind, name] of [[require("net").Server, "listen"], [require("net").Socket, "connect"]]) {
          const real = kind.prototype[name];
          kind.prototype[name] = function (...words) {
            console.log("a socket was opened");
            return real.apply(this, words);
          };
        }`,
      );
      const start = (environment: Record<string, string>) =>
        run(
          [],
          { NODE_OPTIONS: `--require=${watch}`, ...environment },
          path.join(directory, "server.js"),
        );
      expect(start({}).output).toContain("a socket was opened");
      const refused = start({ FRONTEND_PORT: "x", FRONTEND_TOKEN: SECRET });
      expect(refused.status).toBe(78);
      expect(refused.output).toContain("The configuration has 2 problems");
      expect(refused.output).not.toContain("a socket was opened");
      expect(refused.output).not.toContain(SECRET);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("CFG-1 does not repeat a word of the command line that it does not know", () => {
    const { status, output } = run([`--token=${SECRET}`], {});
    expect(status).toBe(64);
    expect(output).not.toContain(SECRET);
  });
});
