import { storage } from "./lib/storage";
import { createStore } from "./lib/store";
import { THEME_KEY as KEY } from "./theme-script";

export type Theme = "light" | "dark" | "system";

export const theme = createStore<Theme>("system");

function apply(): void {
  const dark =
    theme.get() === "dark" ||
    (theme.get() === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
}

export function chooseTheme(next: Theme): void {
  if (next === "system") storage.remove(KEY);
  else storage.set(KEY, next);
  theme.set(next);
  apply();
}

/** Reads the stored choice and follows the system and other tabs; call once in the browser. */
export function followTheme(): () => void {
  const read = () => {
    const stored = storage.get(KEY);
    theme.set(stored === "dark" || stored === "light" ? stored : "system");
    apply();
  };
  read();
  const media = matchMedia("(prefers-color-scheme: dark)");
  const onStorage = (event: StorageEvent) => event.key === KEY && read();
  media.addEventListener("change", apply);
  addEventListener("storage", onStorage);
  return () => {
    media.removeEventListener("change", apply);
    removeEventListener("storage", onStorage);
  };
}
