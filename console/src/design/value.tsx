/** A value of a contact as people read it: nothing, text, yes or no, or the parts of an address one by one. */
export function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === '') return <span className="muted">empty</span>;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return <bdi>{String(value)}</bdi>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="muted">none</span>;
    return (
      <ul>
        {value.map((item: unknown) => (
          <li key={JSON.stringify(item)}>
            <Value value={item} />
          </li>
        ))}
      </ul>
    );
  }
  const parts = Object.values(value).filter((part) => part !== null && part !== '');
  return parts.every((part) => typeof part !== 'object') ? (
    <bdi>{parts.join(', ')}</bdi>
  ) : (
    <code>{JSON.stringify(value)}</code>
  );
}
