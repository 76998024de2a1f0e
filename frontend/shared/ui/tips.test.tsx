// @vitest-environment jsdom
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { IconButton } from "./icon-button";
import { Tips } from "./tips";

afterEach(cleanup);

it("GLD-1 says what an icon means to who points at it, and goes with the pointer or a key", async () => {
  const user = userEvent.setup();
  render(
    <>
      <IconButton label="Copy answer" keys="Ctrl C" />
      <Tips />
    </>,
  );
  const button = screen.getByRole("button", { name: "Copy answer" });
  await user.hover(button);
  expect((await screen.findByText("Copy answer")).textContent).toBe("Copy answerCtrl C");
  await user.unhover(button);
  act(() => {
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  });
  expect(screen.queryByText("Copy answer")).toBeNull();
});
