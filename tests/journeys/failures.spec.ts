import { countTo, expect, Person, systemUrl, test } from "./support/person";
import { freeze, isOurs, kill } from "./support/parts";

test.beforeEach(() => {
  test.skip(!isOurs(), "breaks parts of the system, so only of one that it started itself");
});

test("GLD-6 while Redis is away a person is told that answers may be late, and chat goes on", async ({
  person,
}) => {
  await person.chooseMetronome();
  const told = person.page.getByText("Answers may be delayed");
  const thaw = await freeze("redis");
  try {
    await expect(told).toBeVisible();
    await person.ask("count to 40 every 20 ms");
    await person.answered(countTo(40));
  } finally {
    thaw();
  }
  await expect(told).toHaveCount(0);
  await person.ask("and with Redis");
  await person.answered("You said: and with Redis");
});

test("FE-3 while auth is away who is signed in goes on, and who wants to sign in is told", async ({
  person,
  browser,
}) => {
  await person.chooseMetronome();
  const elsewhere = await browser.newContext({ baseURL: systemUrl() });
  const stranger = new Person(await elsewhere.newPage(), person.account);
  await stranger.page.goto("/sign-in");
  const told = person.page.getByText("Signing in is not possible at the moment.");
  const thaw = await freeze("auth");
  try {
    await expect(told).toBeVisible();
    await person.ask("still here");
    await person.answered("You said: still here");
    await kill("auth");
  } finally {
    thaw();
  }
  await stranger.signIn();
  await expect(stranger.page.getByRole("alert").filter({ hasText: /\S/ })).toBeVisible();
  await expect(stranger.page.getByLabel("E-mail")).toHaveValue(person.account.email);

  await expect(told).toHaveCount(0, { timeout: 90_000 });
  await stranger.page.getByRole("button", { name: "Sign in" }).click();
  await expect(stranger.field).toBeVisible();
  await elsewhere.close();
});

test("GLD-4 when the backend is killed in mid-answer the page says so, recovers, and tells how the answer ended", async ({
  person,
}) => {
  await person.chooseMetronome();
  await person.ask("count to 300 every 40 ms");
  await expect(person.answers.last()).toContainText("1 2 3");
  await kill("backend-1");
  await expect(person.page.getByText("Connection lost.")).toBeVisible();
  await expect(person.page.getByText("Connection lost.")).toHaveCount(0, { timeout: 90_000 });
  await expect(person.answers.last()).toHaveAttribute("aria-busy", "false", { timeout: 90_000 });
  const whole = person.answers.last().getByText(countTo(300));
  const honest = person.answers.last().getByRole("button", { name: "Try again" });
  await expect(whole.or(honest)).toBeVisible();
  await person.ask("and now");
  await person.answered("You said: and now");
});
