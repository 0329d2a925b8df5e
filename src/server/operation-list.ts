import { type DocumentNode, type FieldNode, GraphQLError, Kind, parse, print, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { MOST_TOKENS } from './operation-limits.ts';

/** Operations by the id under which a client may ask for them. */
export type OperationManifest = Readonly<Record<string, string>>;

interface OperationParams {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

export interface OperationList {
  /** Nothing but the listed operations is answered. */
  readonly required: boolean;
  /**
   * The text to execute: the given one, or that of the id in `extensions.persistedQuery.sha256Hash`.
   * @throws GraphQLError for an unknown id, and, where the list is required, for a text that is not on it
   */
  textOf(params: OperationParams): string | undefined;
}

/** Texts are remembered up to this length, and this many of them. */
const LONGEST_REMEMBERED = 20_000;
const MOST_REMEMBERED = 1_000;

/**
 * One spelling for texts that mean the same: layout, comments, the order of fragments and the `__typename` that caching
 * clients add make no difference.
 */
function normalForm(text: string): string {
  const document = parse(text, { noLocation: true, maxTokens: MOST_TOKENS });
  const bare: DocumentNode = visit(document, {
    [Kind.FIELD]: { enter: (node: FieldNode) => (node.name.value === '__typename' ? null : undefined) },
  });
  return bare.definitions.map(print).sort().join('\n');
}

function idOf({ extensions }: OperationParams): string | undefined {
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions)) return undefined;
  const { persistedQuery: named } = extensions;
  if (typeof named !== 'object' || named === null || !('sha256Hash' in named)) return undefined;
  return typeof named.sha256Hash === 'string' ? named.sha256Hash : undefined;
}

/**
 * The operations that may be asked for by id, in the form of Apollo's persisted queries. Where the list is required, a
 * full text is taken too if it is on the list, so that clients need no change; introspection and everything else is not.
 */
export function createOperationList({
  required,
  manifests,
}: {
  required: boolean;
  manifests: readonly OperationManifest[];
}): OperationList {
  const texts = new Map(manifests.flatMap((manifest) => Object.entries(manifest)));
  const known = new Set(required ? [...texts.values()].map(normalForm) : []);
  const remembered = new Map<string, boolean>();

  function isListed(text: string): boolean {
    const before = remembered.get(text);
    if (before !== undefined) return before;
    let listed = false;
    try {
      listed = known.has(normalForm(text));
    } catch (error) {
      // Not GraphQL, or too long: then it is not on the list.
      if (!(error instanceof GraphQLError)) throw error;
    }
    if (text.length > LONGEST_REMEMBERED) return listed;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(text, listed);
    return listed;
  }

  return {
    required,
    textOf(params) {
      if (typeof params.query === 'string' && params.query !== '') {
        if (!required || isListed(params.query)) return params.query;
        throw refusal(
          'OPERATION_NOT_LISTED',
          'This gateway answers listed operations alone, and this is none of them.',
        );
      }
      const id = idOf(params);
      if (id === undefined) return undefined;
      const text = texts.get(id);
      if (text === undefined)
        throw refusal('PERSISTED_QUERY_NOT_FOUND', 'No operation has this id: send its text, or have it listed.');
      return text;
    },
  };
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}

/** For operations that come by HTTP. Yoga's own plugin knows neither WebSocket nor listed texts. */
export function useOperationList(list: OperationList): Plugin {
  return {
    onParams({ params, setParams }) {
      const query = list.textOf(params);
      if (query !== undefined && query !== params.query) setParams({ ...params, query });
    },
  };
}

/** True for a document that is one operation with its fragments: what an id may stand for. */
export function isSingleOperation(document: DocumentNode): boolean {
  return document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1;
}
