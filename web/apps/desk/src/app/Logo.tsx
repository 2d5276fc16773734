export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--desk-accent)" />
      <path d="M16 6.500 9.800 15h3L8.500 21h6v4.500h3V21h6l-4.300-6h3z" fill="#fff" />
    </svg>
  );
}
