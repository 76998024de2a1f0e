// The built pages (`npm run build` in frontend/) before the test server of frontend/test-support, and a browser: what
// is measured is the front end alone, with the same data each time.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const FRONTEND = path.resolve(import.meta.dirname, "../../frontend");
const BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const ACCOUNT = { email: "ada@example.org", password: "correct horse battery" };

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Runs node in frontend/ and waits until `ready` is printed. */
function start(args, environment, ready) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: FRONTEND,
      env: { ...process.env, ...environment },
    });
    let output = "";
    const read = (chunk) => {
      output += chunk;
      if (ready.test(output)) resolve(child);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) =>
      reject(new Error(`${args.join(" ")} ended with ${code}:\n${output}`)),
    );
  });
}

/** @returns {Promise<{url: string, page: import("playwright-core").Page, debuggingPort: number, close: () => Promise<void>}>} */
export async function openStage() {
  const [pages, port, debuggingPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const profile = await mkdtemp(path.join(tmpdir(), "apex-pages-"));
  const server = await start(
    [".next/standalone/server.js"],
    { PORT: String(pages) },
    /Ready/,
  );
  const api = await start(
    ["--import", "tsx", "test-support/serve.ts", String(port), String(pages)],
    {},
    /http:/,
  );
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM_PATH ?? BROWSERS.find(existsSync),
    viewport: { width: 1280, height: 820 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--remote-debugging-port=${debuggingPort}`,
    ],
  });
  return {
    url: `http://127.0.0.1:${port}`,
    page: context.pages()[0] ?? (await context.newPage()),
    debuggingPort,
    async close() {
      await context.close();
      server.kill();
      api.kill();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

export async function signIn(page, url) {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail").fill(ACCOUNT.email);
  await page.getByLabel("Password").fill(ACCOUNT.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
}
