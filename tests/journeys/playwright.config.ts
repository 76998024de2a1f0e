import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** The browser that is there: named, else Debian's, else Playwright's own. */
const chromium =
  process.env["CHROMIUM_PATH"] ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export default defineConfig({
  testMatch: "*.spec.ts",
  outputDir: "test-results/artifacts",
  globalSetup: "./support/start-system.ts",
  workers: 1,
  retries: 0,
  // Generous: the whole system and a browser may share two busy cores.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["junit", { outputFile: "test-results/journeys.xml" }]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 820 },
    reducedMotion: "reduce",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
