// Lighthouse over the sign-in page and a chat, as on a desktop and as on a phone. Ends with 1 when accessibility or
// best practices fall below 95. `--failing` lists the audits that are not perfect.
import lighthouse, { desktopConfig } from "lighthouse";
import { openStage, signIn } from "./stage.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const GOAL = 95;
const verbose = process.argv.includes("--failing");

const stage = await openStage();
const { page, url, debuggingPort } = stage;
let failed = false;

async function measure(name, address, device) {
  const { lhr } = await lighthouse(
    address,
    {
      port: debuggingPort,
      onlyCategories: CATEGORIES,
      disableStorageReset: true,
      logLevel: "error",
    },
    device === "desktop" ? desktopConfig : undefined,
  );
  if (lhr.runtimeError !== undefined) {
    throw new Error(`${name}, ${device}: ${lhr.runtimeError.code} ${lhr.runtimeError.message}`);
  }
  const scores = CATEGORIES.map((id) =>
    Math.round(lhr.categories[id].score * 100),
  );
  const [, accessibility, practices] = scores;
  failed ||= accessibility < GOAL || practices < GOAL;
  const metric = (id) => lhr.audits[id].displayValue;
  console.log(
    [name, device, ...scores]
      .concat(
        [
          "first-contentful-paint",
          "largest-contentful-paint",
          "total-blocking-time",
        ].map(metric),
        metric("cumulative-layout-shift"),
      )
      .join(" | "),
  );
  if (!verbose) return;
  for (const { score, id, title, details } of Object.values(lhr.audits)) {
    if (score === null || score >= 0.9) continue;
    const nodes = (details?.items ?? [])
      .slice(0, 4)
      .map((i) => i.node?.snippet ?? i.url ?? "");
    console.log(`    ${id} (${score}): ${title} ${nodes.join("  ")}`);
  }
}

try {
  console.log(
    "page | device | performance | accessibility | best practices | FCP | LCP | TBT | CLS",
  );
  // A browser that has shown nothing yet does not paint the tab that Lighthouse opens.
  await page.goto(`${url}/sign-in`);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await page.goto("about:blank");
  for (const device of ["desktop", "phone"]) await measure("sign in", `${url}/sign-in`, device);
  await signIn(page, url);
  await page.getByRole("link", { name: "Guarded sessions, explained" }).click();
  await page.getByRole("article", { name: "Answer" }).first().waitFor();
  const chat = page.url();
  await page.goto("about:blank");
  for (const device of ["desktop", "phone"])
    await measure("chat", chat, device);
} finally {
  await stage.close();
}
process.exitCode = failed ? 1 : 0;
