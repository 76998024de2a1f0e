import { countTo, expect, goOn, test } from "./support/person";

test("GLD-4 an answer survives a reload in the middle of it", async ({ person }) => {
  await person.chooseMetronome();
  await person.ask("count to 120 and wait at 40");
  await expect(person.answers.last()).toContainText("38 39 40");
  await person.page.reload();
  await expect(person.answers.last()).toContainText("38 39 40");
  await expect(person.answers.last()).toHaveAttribute("aria-busy", "true");
  await goOn();
  await person.answered(countTo(120));
});

test("GLD-4 a second device sees the same answer grow", async ({ person, secondDevice }) => {
  const other = await secondDevice(person.account);
  await person.chooseMetronome();
  await person.ask("count to 130 and wait at 40");
  await expect(person.answers.last()).toContainText("38 39 40");
  await other.chats.getByRole("link", { name: /count to 130/ }).click();
  await expect(other.answers.last()).toHaveAttribute("aria-busy", "true");
  await expect(other.answers.last()).toContainText("38 39 40");
  await goOn();
  await person.answered(countTo(130));
  await other.answered(countTo(130));
});

test("GLD-4 an answer survives a connection that is cut again and again", async ({
  person,
  network,
}) => {
  await person.chooseMetronome();
  await person.ask("count to 150 and wait at 7, 42, 82");
  for (const seen of ["5 6 7", "40 41 42", "80 81 82"]) {
    await expect(person.answers.last()).toContainText(seen);
    network.cut();
    await goOn();
  }
  await person.answered(countTo(150));
});

test("GLD-7 COM-1 a lost connection is told, what is sent meanwhile is kept, and both recover alone", async ({
  person,
  network,
}) => {
  await person.chooseMetronome();
  await person.ask("hello");
  await person.answered("You said: hello");
  network.breakDown();
  await expect(person.page.getByText("Connection lost.")).toBeVisible();
  await person.ask("written in the dark");
  await expect(person.questions.last()).toContainText("Sending…");
  network.mend();
  await person.answered("You said: written in the dark");
  await expect(person.page.getByText("Connection lost.")).toHaveCount(0);
  await expect(person.questions).toHaveCount(2);
});

test("GLD-3 a message that was not yet accepted survives a reload and is stored once", async ({
  person,
  network,
}) => {
  await person.chooseMetronome();
  await person.ask("hello");
  await person.answered("You said: hello");
  network.breakDown();
  await person.ask("do not lose me");
  await expect(person.questions.last()).toContainText("Sending…");
  const address = person.page.url();
  await person.page.goto("about:blank");
  network.mend();
  await person.page.goto(address);
  await person.answered("You said: do not lose me");
  await expect(person.questions).toHaveCount(2);
});

test("GLD-3 the first message of a new chat, written without a connection, is kept and sent once", async ({
  person,
  network,
}) => {
  await person.chooseMetronome();
  network.breakDown();
  await person.ask("first words in the dark");
  await expect(person.questions.last()).toContainText("Sending…");
  await expect(person.page).toHaveURL(/\/c\//);
  const address = person.page.url();
  await person.page.goto("about:blank");
  network.mend();
  await person.page.goto(address);
  await person.answered("You said: first words in the dark");
  await expect(person.questions).toHaveCount(1);
  await expect(person.chats.getByRole("link", { name: /first words in the dark/ })).toHaveCount(1);
});

test("COM-1 GLD-4 where WebSockets are refused on the way, chat works over HTTP and resumes after a cut", async ({
  person,
  network,
}) => {
  const { page } = person;
  await person.chooseMetronome();
  network.refuseSockets();
  const reads: string[] = [];
  page.on("request", (request) => {
    const read = /\/api\/runs\/[^/]+\/events$/.test(request.url());
    if (read) reads.push(request.headers()["last-event-id"] ?? "");
  });
  await page.reload();
  await person.ask("count to 300 and wait at 7, 42");
  await expect(person.answers.last()).toContainText("5 6 7");
  network.cut();
  await goOn();
  await expect(person.answers.last()).toContainText("40 41 42");
  await page.reload();
  await expect(person.answers.last()).toHaveAttribute("aria-busy", "true");
  await goOn();
  await person.answered(countTo(300));
  expect(reads.length).toBeGreaterThanOrEqual(3);
  expect(reads.some((after) => Number(after) > 0)).toBe(true);
  await expect(page.getByText("Connection lost.")).toHaveCount(0);
});

test("COM-2 the token is renewed in the middle of an answer, and nobody is thrown out", async ({
  person,
}) => {
  await person.chooseMetronome();
  await person.page.clock.install();
  await person.page.reload();
  await person.ask("count to 200 and wait at 40");
  await expect(person.answers.last()).toContainText("38 39 40");
  const renewed = person.page.waitForResponse(
    (response) => response.url().endsWith("/auth/refresh") && response.ok(),
  );
  await person.page.clock.fastForward("14:00");
  await renewed;
  await goOn();
  await person.answered(countTo(200));
  await person.ask("still here");
  await person.answered("You said: still here");
});

test("FE-3 a session ended on another device asks to sign in again in place, and goes on", async ({
  person,
  secondDevice,
}) => {
  await person.chooseMetronome();
  await person.ask("before");
  await person.answered("You said: before");
  const other = await secondDevice(person.account);
  await other.page.goto("/settings");
  await other.page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(other.page.getByText("Signed out there")).toBeVisible();

  await person.field.fill("after");
  const dialog = person.page.getByRole("dialog", { name: "Please sign in again" });
  await expect(dialog).toBeVisible({ timeout: 60_000 });
  await dialog.getByLabel("Password").fill(person.account.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(person.field).toHaveValue("after");
  await person.field.press("Enter");
  await person.answered("You said: after");
});

test("FE-2 after signing out nothing of the person is left to see", async ({ person }) => {
  await person.ask("a private matter");
  await expect(person.answers.last()).toHaveAttribute("aria-busy", "false");
  const address = person.page.url();
  await person.page.getByRole("button", { name: /^Account of/ }).click();
  await person.page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(person.page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
  await person.page.goto(address);
  await expect(person.page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
  await expect(person.page.getByText("a private matter")).toHaveCount(0);
  await person.signIn();
  await expect(person.page).toHaveURL(address);
  await expect(person.questions.last()).toContainText("a private matter");
});
