import { expect, test as base, type Browser, type Locator, type Page } from "@playwright/test";
import { GO_ON, MODEL } from "./provider";
import { startNetwork, type Network } from "./proxy";
import { PROVIDER_VARIABLE } from "./start-system";

export interface Account {
  email: string;
  password: string;
  name: string;
}

/** A person at one browser. */
export class Person {
  readonly page: Page;
  readonly account: Account;

  constructor(page: Page, account: Account) {
    this.page = page;
    this.account = account;
  }

  get field(): Locator {
    return this.page.getByRole("textbox", { name: "Message", exact: true });
  }

  get answers(): Locator {
    return this.page.getByRole("article", { name: "Answer" });
  }

  get questions(): Locator {
    return this.page.getByRole("article", { name: "You" });
  }

  get stopButton(): Locator {
    return this.page.getByRole("button", { name: "Stop answering" });
  }

  get chats(): Locator {
    return this.page.getByRole("navigation", { name: "Chats" });
  }

  async register(): Promise<void> {
    await this.page.goto("/sign-up");
    await this.page.getByLabel("Name").fill(this.account.name);
    await this.page.getByLabel("E-mail").fill(this.account.email);
    await this.page.getByLabel("Password").fill(this.account.password);
    await this.page.getByRole("button", { name: "Create account" }).click();
    await expect(this.page.getByRole("heading", { level: 1 })).toContainText(
      this.account.name.split(" ")[0] ?? "",
    );
  }

  async signIn(): Promise<void> {
    await this.page.getByLabel("E-mail").fill(this.account.email);
    await this.page.getByLabel("Password").fill(this.account.password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async choose(model: RegExp): Promise<void> {
    await this.page.getByRole("button", { name: /^Model:/ }).click();
    await this.page.getByRole("menuitemradio", { name: model }).click();
  }

  /** A model whose answers have the length and pace asked for. */
  async chooseMetronome(): Promise<void> {
    await expect(async () => {
      await this.page.reload();
      await this.page.getByRole("button", { name: /^Model:/ }).click();
      await expect(this.page.getByRole("menuitemradio", { name: new RegExp(MODEL) })).toBeVisible({
        timeout: 5000,
      });
    }).toPass({ timeout: 90_000 });
    await this.page.getByRole("menuitemradio", { name: new RegExp(MODEL) }).click();
  }

  async ask(question: string): Promise<void> {
    await this.field.fill(question);
    await this.field.press("Enter");
  }

  async answered(text: string | RegExp): Promise<void> {
    await expect(this.answers.last()).toContainText(text);
    await expect(this.answers.last()).toHaveAttribute("aria-busy", "false");
  }
}

/** "1 2 3 … n", as the answer reads when nothing is missing or doubled. */
export function countTo(n: number): string {
  return Array.from({ length: n }, (_, i) => String(i + 1)).join(" ");
}

/** Lets the answer that waits ("… and wait at 40") go on; waits for one that does. */
export async function goOn(): Promise<void> {
  const provider = process.env[PROVIDER_VARIABLE];
  if (provider === undefined) throw new Error(`${PROVIDER_VARIABLE} does not name the provider`);
  const response = await fetch(`${provider}${GO_ON}`, { method: "POST" });
  if (!response.ok) throw new Error(`the provider answered ${response.status}`);
}

let made = 0;

export function newAccount(): Account {
  made += 1;
  return {
    email: `person-${Date.now().toString(36)}-${made}@example.org`,
    password: "four quiet words here",
    name: `Robin Mbeki`,
  };
}

interface Fixtures {
  /** A registered person whose browser comes in over `network`. */
  person: Person;
  network: Network;
  /** The same account on another device, over a network of its own. */
  secondDevice: (account: Account) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  network: async ({}, use) => {
    const network = await startNetwork(systemUrl());
    await use(network);
    await network.stop();
  },
  baseURL: async ({ network }, use) => {
    await use(network.url);
  },
  person: async ({ page }, use) => {
    const person = new Person(page, newAccount());
    await person.register();
    await use(person);
  },
  secondDevice: async ({ browser }, use) => {
    const opened: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (account) => {
      const context = await browser.newContext({ baseURL: systemUrl() });
      opened.push(context);
      const person = new Person(await context.newPage(), account);
      await person.page.goto("/sign-in");
      await person.signIn();
      await expect(person.field).toBeVisible();
      return person;
    });
    for (const context of opened) await context.close();
  },
});

export function systemUrl(): string {
  const url = process.env["APEX_URL"];
  if (url === undefined) throw new Error("the system was not started");
  return url;
}

export { expect };
