/** The mark: a summit with an eye. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" fill="none" aria-hidden className={className}>
      <path d="M16 5 28 26.5H4Z" stroke="currentColor" strokeWidth="2.4" strokeLinejoin="round" />
      <circle cx="16" cy="19" r="3.6" fill="currentColor" />
    </svg>
  );
}
