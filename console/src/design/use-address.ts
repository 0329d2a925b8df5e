import { useSearchParams } from 'wouter';

/**
 * A choice that stands in the page's address, so that it survives a reload and can be sent to a colleague. What is not
 * among `values` reads as `fallback`, which stands for itself by its absence.
 */
export function useChoice<V extends string>(
  name: string,
  values: readonly V[],
  fallback: V,
): readonly [V, (next: V) => void] {
  const [parameters, setParameters] = useSearchParams();
  const given = parameters.get(name);
  const value = values.find((candidate) => candidate === given) ?? fallback;
  return [value, (next) => setParameters((old) => withParameter(old, name, next === fallback ? '' : next), REPLACE)];
}

/** The same for free text; empty when it is absent. */
export function useText(name: string): readonly [string, (next: string) => void] {
  const [parameters, setParameters] = useSearchParams();
  return [parameters.get(name) ?? '', (next) => setParameters((old) => withParameter(old, name, next), REPLACE)];
}

const REPLACE = { replace: true };

function withParameter(old: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(old);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}
