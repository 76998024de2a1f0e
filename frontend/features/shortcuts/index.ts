export { ShortcutsDialog, useKeys, useShortcut } from "./shortcuts";
