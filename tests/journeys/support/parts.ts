import { apex, HOME_VARIABLE } from "./start-system";

interface Part {
  name: string;
  state: string;
  pid: number;
}

/** Whether the system was started by this run, so that its parts may be broken. */
export function isOurs(): boolean {
  return process.env[HOME_VARIABLE] !== undefined;
}

async function find(name: string): Promise<Part> {
  const environment = { ...process.env, APEX_HOME: process.env[HOME_VARIABLE] };
  // An exit code that is not 0 says that not all is ready; what is told is the same.
  const output = await apex(environment, "status", "--json").catch(String);
  const { parts } = JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1)) as {
    parts: Part[];
  };
  const part = parts.find((other) => other.name === name);
  if (part === undefined) throw new Error(`no part ${name} in ${output}`);
  return part;
}

/** Ends a part's process at once; the supervisor starts it again. */
export async function kill(name: string): Promise<void> {
  process.kill((await find(name)).pid, "SIGKILL");
}

/** Stops a part's process from doing anything, until the function returned is called. */
export async function freeze(name: string): Promise<() => void> {
  const { pid } = await find(name);
  process.kill(pid, "SIGSTOP");
  return () => {
    try {
      process.kill(pid, "SIGCONT");
    } catch {
      // The supervisor found it dead and has started another.
    }
  };
}
