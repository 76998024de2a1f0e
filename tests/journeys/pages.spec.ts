import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { countTo, expect, newAccount, systemUrl, test } from "./support/person";

/** Nothing that keeps a person out: axe's serious and critical findings. */
async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    grave.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
    ),
    where,
  ).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`GLD-1 every page can be used with a screen reader (${colorScheme})`, async ({ person }) => {
    const { page } = person;
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, "new chat");
    await person.choose(/Guide/);
    await person.ask("What can you do?");
    await expect(person.answers.last()).toHaveAttribute("aria-busy", "false");
    await expectAccessible(page, "chat");
    await page.getByRole("button", { name: /^Model:/ }).click();
    await expectAccessible(page, "models");
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").fill("what");
    await expect(person.chats.getByRole("link").first()).toBeVisible();
    await expectAccessible(page, "search");
    await page.goto("/usage");
    await expect(page.getByRole("heading", { name: "Usage" })).toBeVisible();
    await expectAccessible(page, "usage");
    await page.goto("/settings");
    await expect(page.getByText("this one")).toBeVisible();
    await expectAccessible(page, "settings");
    await page.getByRole("button", { name: "Delete account" }).click();
    await expectAccessible(page, "delete account");
    await page.context().clearCookies();
    await page.goto("/sign-in");
    await expectAccessible(page, "sign in");
    await page.goto("/sign-up");
    await expectAccessible(page, "sign up");
  });
}

test("GLD-1 an answer is told to a screen reader once it is complete", async ({ person }) => {
  await person.chooseMetronome();
  await person.ask("count to 30 every 20 ms");
  await expect(person.page.getByText("The answer is being written.")).toBeAttached();
  await expect(person.page.getByText(`Answer: ${countTo(30)}`)).toBeAttached();
});

test("GLD-1 with the keyboard alone: sign up, ask, stop, edit, leave", async ({ page }) => {
  const account = newAccount();
  const { keyboard } = page;
  await page.goto("/sign-up");
  await page.getByLabel("Name").focus();
  await keyboard.type(account.name);
  await keyboard.press("Tab");
  await keyboard.type(account.email);
  // The password's "Show" button stands before its field.
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await keyboard.type(account.password);
  await keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "Message", exact: true });
  await expect(field).toBeFocused();
  await keyboard.type("What can you do?");
  await keyboard.press("Enter");
  const answer = page.getByRole("article", { name: "Answer" });
  await expect(answer.last()).toHaveAttribute("aria-busy", "false");
  await expect(field).toBeFocused();
  await keyboard.press("ArrowUp");
  const editor = page.getByRole("textbox", { name: "Edit your message" });
  await expect(editor).toBeFocused();
  await keyboard.press("Escape");
  await expect(editor).toHaveCount(0);
  await keyboard.press("Control+k");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await keyboard.press("Control+/");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await keyboard.press("Escape");
  await keyboard.press("Shift+Escape");
  await expect(field).toBeFocused();
  await keyboard.press("Control+Shift+O");
  await expect(page).toHaveURL(/\/$/);
});

test("GLD-1 on a phone: nothing is cut off, and the chats are in a drawer", async ({ person }) => {
  const { page } = person;
  await page.setViewportSize({ width: 360, height: 740 });
  await person.choose(/Guide/);
  await person.field.fill("What can you do?");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(person.answers.last()).toHaveAttribute("aria-busy", "false");
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  expect(await overflow()).toBe(0);
  await page.getByRole("button", { name: "Show the list of chats" }).click();
  const drawer = page.getByRole("dialog", { name: "Chats" });
  await expect(drawer.getByRole("link", { name: /What can you do/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  for (const address of ["/usage", "/settings"]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await overflow()).toBe(0);
  }
});

test("FE-1 a page calls nobody but its own origin, runs under its security policy, and knows no database", async ({
  person,
  network,
}) => {
  const { page } = person;
  const elsewhere: string[] = [];
  const refused: string[] = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== network.url) elsewhere.push(request.url());
  });
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) refused.push(message.text());
  });
  const response = await page.goto("/");
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src 'self' 'sha256-/);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  await person.ask("What can you do?");
  await expect(person.answers.last()).toHaveAttribute("aria-busy", "false");
  await page.goto("/usage");
  await page.goto("/settings");
  expect(elsewhere).toEqual([]);
  expect(refused).toEqual([]);
  const health = await page.request.get(`${systemUrl()}/health/live`);
  expect(health.ok()).toBe(true);
});

test("GLD-1 a key for programs is shown once, works on /v1, and is refused once revoked", async ({
  person,
}) => {
  const { page } = person;
  await page.goto("/settings");
  await page.getByLabel("Name of a new key").fill("laptop");
  await page.getByRole("button", { name: "Create key" }).click();
  const shown = page.locator("code", { hasText: /^apex_[\w-]{20,}/ });
  const key = (await shown.textContent()) ?? "";
  const models = () =>
    page.request.get(`${systemUrl()}/v1/models`, { headers: { Authorization: `Bearer ${key}` } });
  expect((await models()).status()).toBe(200);
  await page.reload();
  await expect(page.getByText("laptop", { exact: true })).toBeVisible();
  await expect(shown).toHaveCount(0);
  await page.getByRole("button", { name: "Revoke laptop" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No keys yet.")).toBeVisible();
  expect((await models()).status()).toBe(401);
});

test("GLD-6 the usage page counts an answer", async ({ person }) => {
  await person.chooseMetronome();
  await person.ask("count to 25");
  await person.answered(countTo(25));
  await expect(async () => {
    await person.page.goto("/usage");
    await expect(person.page.getByText("Tokens written")).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 90_000 });
  await expect(person.page.getByRole("cell", { name: /metronome/ })).toBeVisible();
});
