// What the front end can be told, judged by the schema that its declaration generates
// (launcher/…/config/FrontendSettings.java): every problem at once, none with a value that could be
// a credential.
import { readFileSync } from "node:fs";

const { properties } = JSON.parse(
  readFileSync(new URL("./settings.schema.json", import.meta.url), "utf8"),
);
const SERVICE = "frontend";
const PREFIX = "FRONTEND_";
/** What stands in for a setting where container platforms and Next.js have names of their own. */
const STAND_INS = { FRONTEND_PORT: "PORT", FRONTEND_HOST: "HOSTNAME" };
const LONGEST_SHOWN = 80;
const SURELY_MISSPELT = 9;

/** The value of a setting, with the key it stands under. */
function given(key, environment) {
  const standIn = STAND_INS[key];
  const name = environment[key] === undefined && standIn !== undefined ? standIn : key;
  return { name, text: environment[name] };
}

/** What each setting comes to: given, or else by default. */
export function valuesOf(environment) {
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [
      key,
      given(key, environment).text ?? String(schema.default ?? ""),
    ]),
  );
}

function shown(text) {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}

function asUrl(text) {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Why a text is not a value of its setting; undefined when it is one. */
function fault(text, schema) {
  if (text.trim() === "") return "is set but empty";
  if (text.trim() !== text) return "starts or ends with white space";
  if (/[\u0000-\u001f\u007f]/.test(text)) return "contains a control character";
  if (schema.type === "integer") {
    if (!/^[+-]?\d{1,15}$/.test(text)) return `is ${shown(text)} which is not a whole number`;
    if (Number(text) < schema.minimum || Number(text) > schema.maximum) {
      return `is ${shown(text)} and must be from ${schema.minimum} to ${schema.maximum}`;
    }
  }
  if (schema.format === "uri") {
    const url = asUrl(text);
    if (url === undefined || url.host === "") return `is ${shown(text)} which is not a URL`;
    if (url.username !== "" || url.password !== "") return "is a URL with credentials in it";
  }
  if (schema.enum !== undefined && !schema.enum.includes(text)) {
    return `is ${shown(text)} which is not one of ${schema.enum.join(", ")}`;
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(text)) {
    return `is ${shown(text)} which does not fit`;
  }
  return undefined;
}

/** Insertions, deletions, exchanges and swaps of neighbours that make one word the other. */
function distance(a, b) {
  const d = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 0; j <= b.length; j++) d[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.length][b.length];
}

function nearest(key, limit) {
  return Object.keys(properties)
    .map((name) => ({ name, far: distance(key, name) }))
    .filter(({ far }) => far <= limit)
    .sort((one, other) => one.far - other.far)[0]?.name;
}

function unknownKeys(environment) {
  return Object.keys(environment)
    .filter((key) => properties[key] === undefined)
    .filter(
      (key) =>
        key.startsWith(PREFIX) || (key.length >= SURELY_MISSPELT && nearest(key, 1) !== undefined),
    )
    .sort();
}

function problem(key, source, reason, suggestion, described = key) {
  const reference = `docs/configuration.md#${described.toLowerCase()}`;
  return { service: SERVICE, key, source, reason, suggestion, reference };
}

/** Everything that is wrong with an environment. */
export function problemsIn(environment, source = "environment") {
  const problems = unknownKeys(environment).map((key) => {
    const near = nearest(key, Math.max(2, Math.floor(key.length / 4)));
    return problem(
      key,
      source,
      `is not a key of service ${SERVICE}`,
      near === undefined ? "Take it out, or look up the key's name." : `Did you mean ${near}?`,
      near ?? "frontend",
    );
  });
  for (const [key, schema] of Object.entries(properties)) {
    const { name, text } = given(key, environment);
    const reason = text === undefined ? undefined : fault(text, schema);
    if (reason !== undefined) {
      problems.push(problem(name, source, reason, schema.description, key));
    }
  }
  return problems;
}

/** Each setting with its value and where that comes from, and what is wrong. */
export function explain(environment, source = "environment") {
  const values = Object.entries(properties).map(([key, schema]) => {
    const { text } = given(key, environment);
    return {
      service: SERVICE,
      key,
      value: text ?? String(schema.default ?? ""),
      source: text === undefined ? "default" : source,
      default: String(schema.default ?? ""),
      type: schema.format === "uri" ? "url" : schema.type,
      required: false,
      secret: false,
      reloadable: false,
      description: schema.description,
    };
  });
  return { service: SERVICE, tier: "any", values, problems: problemsIn(environment, source) };
}

/** The `KEY=VALUE` lines of a file that stands in for the environment. */
export function readEnvironmentFile(file) {
  return Object.fromEntries(
    readFileSync(file, "utf8")
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#") && line.includes("="))
      .map((line) => {
        const at = line.indexOf("=");
        const value = line.slice(at + 1).trim();
        const quoted = /^(["'])(.*)\1$/.exec(value);
        return [line.slice(0, at).trim(), quoted === null ? value : quoted[2]];
      }),
  );
}

/** The problems for people. */
export function describe(problems) {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const each = problems.map(
    ({ key, source, reason, suggestion, reference }, index) =>
      `\n ${index + 1}. ${key} ${reason}\n    service: ${SERVICE}, source: ${source}\n` +
      `    ${suggestion}\n    See ${reference}\n`,
  );
  return `The configuration has ${count}:\n${each.join("")}`;
}
