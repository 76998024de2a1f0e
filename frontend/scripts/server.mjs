// The front end's process: checks its settings, forgets everybody else's, starts Next.js.
import { describe, explain, problemsIn, readEnvironmentFile, valuesOf } from "./settings.mjs";

const EX_CONFIG = 78;
const EX_USAGE = 64;
// What another service is configured with is no business of this process (FE-1).
const FOREIGN =
  /^((AUTH|BACKEND|EDGE|APEX|OPENAI|ANTHROPIC|GEMINI|OLLAMA|REDIS|CLICKHOUSE|DATABASE)_|PG[A-Z]+$)/;
const USAGE = `The front end.

  --env-file FILE    read FILE in the environment's stead
  --check-config     validate and exit: 0, or 78 with every problem
  --explain          show values with their sources and defaults, as JSON
  --json             print problems as JSON
  --help             print this

Its keys start with FRONTEND_ and are described in docs/configuration.md.
`;

function options(words) {
  const chosen = new Set();
  let file;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === "--env-file" && i + 1 < words.length) file = words[++i];
    else if (["--check-config", "--explain", "--json", "--help"].includes(words[i])) {
      chosen.add(words[i]);
    } else {
      // The word is not repeated: it may be a credential.
      console.error(`frontend: argument ${i + 1} is not an option (--help lists the options)`);
      process.exit(EX_USAGE);
    }
  }
  return { chosen, file };
}

const { chosen, file } = options(process.argv.slice(2));
const environment = file === undefined ? process.env : readEnvironmentFile(file);
const source = file === undefined ? "environment" : `file ${file}`;
if (chosen.has("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const problems = problemsIn(environment, source);
if (chosen.has("--explain")) {
  console.log(JSON.stringify(explain(environment, source)));
  process.exit(problems.length === 0 ? 0 : EX_CONFIG);
}
if (chosen.has("--json") && (chosen.has("--check-config") || problems.length > 0)) {
  console.log(JSON.stringify({ problems }));
} else if (problems.length > 0) {
  console.error(describe(problems));
} else if (chosen.has("--check-config")) {
  console.log("frontend: the configuration is valid");
}
if (problems.length > 0) process.exit(EX_CONFIG);
if (chosen.has("--check-config")) process.exit(0);

const values = valuesOf(environment);
process.env.PORT = values.FRONTEND_PORT;
process.env.HOSTNAME = values.FRONTEND_HOST;
process.env.NEXT_TELEMETRY_DISABLED = "1";
for (const key of Object.keys(process.env)) {
  if (FOREIGN.test(key)) Reflect.deleteProperty(process.env, key);
}
await import("./next-server.js");
