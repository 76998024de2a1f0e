// The front end's process: checks its settings, forgets everybody else's, starts Next.js.
const PREFIX = "FRONTEND_";
const KNOWN = new Map([
  ["FRONTEND_PORT", "a port number from 1 to 65535"],
  ["FRONTEND_HOST", "an address to listen on"],
  ["FRONTEND_DEV_EDGE_URL", "where `npm run dev` finds the edge; unused here"],
]);
// What another service is configured with is no business of this process (FE-1).
const FOREIGN =
  /^((AUTH|BACKEND|EDGE|APEX|OPENAI|ANTHROPIC|GEMINI|OLLAMA|REDIS|CLICKHOUSE|DATABASE)_|PG[A-Z]+$)/;

function problemsIn(environment) {
  const problems = [];
  for (const key of Object.keys(environment).filter((name) => name.startsWith(PREFIX))) {
    if (!KNOWN.has(key)) {
      problems.push({ key, reason: "unknown setting", suggestion: [...KNOWN.keys()].join(", ") });
    }
  }
  const port = environment.FRONTEND_PORT ?? environment.PORT ?? "3000";
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    const key = environment.FRONTEND_PORT === undefined ? "PORT" : "FRONTEND_PORT";
    problems.push({ key, reason: `"${port}" is not ${KNOWN.get("FRONTEND_PORT")}` });
  }
  return problems.map((problem) => ({ service: "frontend", source: "environment", ...problem }));
}

const problems = problemsIn(process.env);
if (process.argv.includes("--check-config")) {
  console.log(JSON.stringify({ problems }));
  process.exit(problems.length === 0 ? 0 : 78);
}
if (problems.length > 0) {
  for (const { key, reason } of problems) console.error(`frontend: ${key}: ${reason}`);
  process.exit(78);
}
process.env.PORT = process.env.FRONTEND_PORT ?? process.env.PORT ?? "3000";
process.env.HOSTNAME = process.env.FRONTEND_HOST ?? process.env.HOSTNAME ?? "127.0.0.1";
process.env.NEXT_TELEMETRY_DISABLED = "1";
for (const key of Object.keys(process.env)) {
  if (FOREIGN.test(key)) Reflect.deleteProperty(process.env, key);
}
await import("./next-server.js");
