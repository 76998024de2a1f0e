/**
 * Puts the focus on an opened dialog itself. On its first button it would open that button's tooltip, and the first
 * Escape would close only the tooltip.
 */
export function focusItself(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
