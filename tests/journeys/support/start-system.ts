import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startProvider } from "./provider";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Where the system that was started here keeps its state; for what `parts.ts` does to it. */
export const HOME_VARIABLE = "APEX_JOURNEYS_HOME";

/** Where the provider of the system that was started here listens. */
export const PROVIDER_VARIABLE = "APEX_JOURNEYS_PROVIDER";

/** Runs `./apex` and answers with all it printed; a failure carries that along. */
export function apex(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(ROOT, "apex"), args, { cwd: ROOT, env: environment });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`./apex ${args.join(" ")} ended with ${code}:\n${output}`));
    });
  });
}

/**
 * The whole system as a person starts it, on free ports and empty data, with one more model that a provider of ours
 * offers. `APEX_URL` names one that runs already (its models must be those of such a
 * provider, whose address is then in `APEX_JOURNEYS_PROVIDER`).
 */
export default async function startSystem(): Promise<() => Promise<void>> {
  if (process.env["APEX_URL"] !== undefined) return () => Promise.resolve();
  const provider = await startProvider();
  const home = await mkdtemp(path.join(tmpdir(), "apex-journeys-"));
  const environment = {
    ...process.env,
    APEX_HOME: home,
    OPENAI_BASE_URL: provider.url,
    OPENAI_API_KEY: "journeys",
  };
  const stop = async () => {
    await apex(environment, "down");
    await provider.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const output = await apex(environment, "up", "--detach", "--fresh", "--any-ports");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    if (url === undefined) throw new Error(`./apex up printed no address:\n${output}`);
    process.env["APEX_URL"] = url;
    process.env[PROVIDER_VARIABLE] = provider.url;
    process.env[HOME_VARIABLE] = home;
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  return stop;
}
