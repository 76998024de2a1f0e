import { countTo, expect, test } from "./support/person";

test("GLD-1 FE-2 a person registers, asks, sees the answer stream, reloads and finds it again", async ({
  person,
}) => {
  await person.chooseMetronome();
  await person.ask("count to 60 every 30 ms");
  await expect(person.answers.last()).toContainText("1 2 3");
  await expect(person.answers.last()).not.toContainText("60");
  await person.answered(countTo(60));
  await person.page.reload();
  await expect(person.questions.last()).toContainText("count to 60");
  await person.answered(countTo(60));
});

test("GLD-1 GLD-2 the guide's tools are shown as they work, with what they found", async ({
  person,
}) => {
  await person.choose(/Guide/);
  await person.ask("How do I connect a model?");
  const steps = person.answers.last().getByRole("group", { name: "Steps" });
  await expect(steps.getByRole("button").first()).toBeVisible();
  await expect(person.answers.last()).toHaveAttribute("aria-busy", "false");
  const tool = steps.getByRole("button", { name: /ms$|s$/ }).first();
  await tool.click();
  await expect(steps.getByText("Answered")).toBeVisible();
});

test("GLD-1 stop ends an answer and keeps what was written", async ({ person }) => {
  await person.chooseMetronome();
  await person.ask("count to 900 and wait at 40");
  await expect(person.answers.last()).toContainText("38 39 40");
  await person.stopButton.click();
  await expect(person.answers.last()).toContainText("You stopped this answer.");
  await expect(person.stopButton).toHaveCount(0);
  await person.page.reload();
  await expect(person.answers.last()).toContainText("1 2 3");
  await expect(person.answers.last()).toContainText("You stopped this answer.");
  await expect(person.answers.last()).not.toContainText("900");
});

test("GLD-1 editing a question makes a branch, and the switcher leads back", async ({ person }) => {
  await person.chooseMetronome();
  await person.ask("the first way");
  await person.answered("You said: the first way");
  await person.questions.last().hover();
  await person.page.getByRole("button", { name: "Edit and send again" }).click();
  await person.page.getByRole("textbox", { name: "Edit your message" }).fill("the second way");
  await person.page.getByRole("button", { name: "Send", exact: true }).first().click();
  await person.answered("You said: the second way");
  await expect(person.questions).toHaveCount(1);
  await expect(person.questions.first()).toContainText("2 / 2");
  await person.page.getByRole("button", { name: "Previous version" }).first().click();
  await person.answered("You said: the first way");
  await person.page.reload();
  await person.answered("You said: the first way");
});

test("GLD-1 answering again keeps both answers", async ({ person }) => {
  await person.chooseMetronome();
  await person.ask("once more");
  await person.answered("You said: once more");
  await person.page.getByRole("button", { name: "Answer again" }).click();
  await expect(person.answers.last()).toContainText("2 / 2");
  await person.answered("You said: once more");
  await expect(person.questions).toHaveCount(1);
});

test("GLD-1 chats are found while typing, renamed, pinned, deleted and brought back", async ({
  person,
}) => {
  await person.chooseMetronome();
  for (const topic of ["the geology of Iceland", "a recipe for plum cake"]) {
    await person.page.getByRole("link", { name: "New chat", exact: true }).click();
    await person.ask(topic);
    await person.answered(`You said: ${topic}`);
  }
  const cake = person.chats.getByRole("link", { name: /plum cake/ });
  const iceland = person.chats.getByRole("link", { name: /Iceland/ });
  await expect(cake).toBeVisible();

  await person.page.getByRole("searchbox").fill("icela");
  await expect(iceland).toBeVisible();
  await expect(cake).toHaveCount(0);
  await person.page.getByRole("button", { name: "Clear the search" }).click();

  await person.chats.getByRole("button", { name: /Options for .*plum cake/ }).click();
  await person.page.getByRole("menuitem", { name: "Rename" }).click();
  await person.page.getByRole("textbox", { name: "Title" }).fill("Cake");
  await person.page.keyboard.press("Enter");
  const renamed = person.chats.getByRole("link", { name: "Cake", exact: true });
  await expect(renamed).toBeVisible();

  await person.chats.getByRole("button", { name: /Options for .*Iceland/ }).click();
  await person.page.getByRole("menuitem", { name: "Pin" }).click();
  await expect(person.chats.getByRole("region", { name: "Pinned" })).toContainText("Iceland");

  await person.chats.getByRole("button", { name: "Options for Cake" }).click();
  await person.page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(renamed).toHaveCount(0);
  await person.page.getByRole("button", { name: "Undo" }).click();
  await expect(renamed).toBeVisible();
  await person.page.reload();
  await expect(renamed).toBeVisible();
});

test("GLD-1 a search leads to the message that was found, and marks it", async ({ person }) => {
  const { page } = person;
  await person.chooseMetronome();
  await person.ask("the quokka of Rottnest");
  await person.answered("You said: the quokka of Rottnest");
  for (const n of [301, 302, 303]) {
    await person.ask(`count to ${n} every 1 ms`);
    await person.answered(countTo(n));
  }
  const question = person.questions.filter({ hasText: "quokka" });
  await expect(question).not.toBeInViewport();
  await page.getByRole("link", { name: "New chat", exact: true }).click();
  await page.getByRole("searchbox").fill("quokka");
  await person.chats
    .getByRole("link", { name: /quokka/ })
    .first()
    .click();
  const found = page.locator(".found");
  await expect(found).toContainText("quokka");
  await expect(found).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => CSS.highlights.get("apex-found")?.size)).toBeGreaterThan(0);
  await expect(found.getByRole("article")).toBeFocused();
});

test("GLD-1 a message longer than the limit is not sent, and what to do is said", async ({
  person,
}) => {
  // As the backend's default has it.
  const limit = 32_000;
  await person.field.fill("word ".repeat(limit / 5 - 2));
  await expect(person.page.getByText("31,990 / 32,000")).toBeVisible();
  await person.field.fill("word ".repeat(limit / 5 + 200));
  await expect(person.page.getByText("1,000 characters too long.")).toBeVisible();
  await expect(person.page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  await person.field.press("Enter");
  await expect(person.questions).toHaveCount(0);
});

test("GLD-1 what is typed and not sent is kept, per chat", async ({ person }) => {
  await person.field.fill("half a thought");
  await person.page.reload();
  await expect(person.field).toHaveValue("half a thought");
});

test("GLD-1 the model chosen answers, also when asked before it is known which models there are", async ({
  person,
}) => {
  await person.chooseMetronome();
  let listed: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (listed = resolve));
  await person.page.route("**/api/models", async (route) => {
    await asked;
    await route.continue();
  });
  await person.page.reload();
  await person.ask("count to 3");
  await person.answered("1 2 3");
  listed();
  await expect(person.page.getByRole("button", { name: "Model: metronome" })).toBeVisible();
});
