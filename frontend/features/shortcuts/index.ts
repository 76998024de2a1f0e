export { ShortcutsDialog } from "./lazy-dialog";
export { useKeys, useShortcut } from "./shortcuts";
