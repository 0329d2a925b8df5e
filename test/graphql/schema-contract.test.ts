import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  print,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../src/schema/schema.ts';

const schema = createSchema();
const ownTypes = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

/** Every part of the schema by its path, with its type as it is written. */
function partsOf(type: GraphQLNamedType): { path: string; description: string | null | undefined; written: string }[] {
  const parts = [{ path: type.name, description: type.description, written: '' }];
  if (isEnumType(type)) {
    for (const value of type.getValues())
      parts.push({ path: `${type.name}.${value.name}`, description: value.description, written: '' });
  }
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields()))
      parts.push({ path: `${type.name}.${field.name}`, description: field.description, written: String(field.type) });
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push({ path: `${type.name}.${field.name}`, description: field.description, written: String(field.type) });
      for (const argument of field.args)
        parts.push({
          path: `${type.name}.${field.name}(${argument.name})`,
          description: argument.description,
          written: String(argument.type),
        });
    }
  }
  return parts;
}

const allParts = ownTypes.flatMap(partsOf);

describe('the schema', () => {
  it('describes each of its types, fields, arguments and enum values', () => {
    expect(allParts.filter(({ description }) => !description?.trim()).map(({ path }) => path)).toEqual([]);
  });

  it('names every mutation result as a union of its success and errors of one interface', () => {
    const userError = schema.getType('UserError');
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const name = field.name.charAt(0).toUpperCase() + field.name.slice(1);
      const result = getNamedType(field.type);
      // Two mutations that do the same to a list, one way and the other, share one result.
      const shared = ['AddContactsToList', 'RemoveContactsFromList'].includes(name) ? 'ListMembership' : name;
      expect(String(field.type)).toBe(`${shared}Result!`);
      if (!isUnionType(result)) throw new Error(`${result.name} is no union`);
      const [success, ...others] = result
        .getTypes()
        .filter((type) => !type.getInterfaces().some((each) => each === userError));
      expect(success?.name).toBe(`${shared}Success`);
      expect(others).toEqual([]);
    }
  });

  it('has no type named Error', () => {
    expect(schema.getType('Error')).toBeUndefined();
  });
});

/** The fields that clients rely on, where the file that lists them lies beside the project. */
const CONTRACT = join(import.meta.dirname, '../../../shared/design/schema-contract.graphql');

describe.skipIf(!existsSync(CONTRACT))('the contract with clients', () => {
  const contract: DocumentNode = existsSync(CONTRACT) ? parse(readFileSync(CONTRACT, 'utf8')) : parse('scalar Missing');
  const writtenByPath = new Map(allParts.map(({ path, written }) => [path, written]));

  it('is kept by everything that is there of it', () => {
    const differences: string[] = [];
    const expectPart = (path: string, written: string) => {
      const found = writtenByPath.get(path);
      if (found !== written) differences.push(`${path}: ${written}, not ${found ?? 'missing'}`);
    };
    for (const definition of contract.definitions) {
      if (!('name' in definition) || definition.name === undefined) continue;
      const type = schema.getType(definition.name.value);
      // A type or a field of a later part of the contract is not there at all.
      if (type === undefined) continue;
      const name = definition.name.value;
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
        for (const field of definition.fields ?? []) {
          const path = `${name}.${field.name.value}`;
          if (!writtenByPath.has(path) && isLater(path)) continue;
          expectPart(path, print(field.type));
          for (const argument of field.arguments ?? [])
            expectPart(`${path}(${argument.name.value})`, print(argument.type));
        }
        for (const implemented of definition.interfaces ?? [])
          if (!isObjectType(type) || !type.getInterfaces().some((each) => each.name === implemented.name.value))
            differences.push(`${name} does not implement ${implemented.name.value}`);
      }
      if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
        for (const field of definition.fields ?? []) expectPart(`${name}.${field.name.value}`, print(field.type));
        if (
          isInputObjectType(type) !== true ||
          type.isOneOf !== definition.directives?.some((each) => each.name.value === 'oneOf')
        )
          differences.push(`${name} differs in @oneOf`);
      }
      if (definition.kind === Kind.ENUM_TYPE_DEFINITION) differences.push(...enumDifferences(definition, type));
      if (definition.kind === Kind.UNION_TYPE_DEFINITION) differences.push(...unionDifferences(definition, type));
    }
    expect(differences).toEqual([]);
  });
});

function enumDifferences({ name, values }: EnumTypeDefinitionNode, type: GraphQLNamedType): string[] {
  const expected = (values ?? []).map((value) => value.name.value).sort();
  const found = isEnumType(type)
    ? type
        .getValues()
        .map((value) => value.name)
        .sort()
    : [];
  return String(found) === String(expected) ? [] : [`${name.value}: ${expected}, not ${found}`];
}

function unionDifferences({ name, types }: UnionTypeDefinitionNode, type: GraphQLNamedType): string[] {
  const expected = (types ?? []).map((member) => member.name.value).sort();
  const found = isUnionType(type)
    ? type
        .getTypes()
        .map((member) => member.name)
        .sort()
    : [];
  return String(found) === String(expected) ? [] : [`${name.value}: ${expected}, not ${found}`];
}

/** Fields of the contract that are not built yet; whoever builds one takes it off this list. */
function isLater(path: string): boolean {
  return LATER.includes(path);
}

const LATER = [
  'Query.webhookDeliveries',
  'Mutation.pauseSchedule',
  'Mutation.resumeSchedule',
  'Mutation.replayWebhookDelivery',
  'Mutation.disconnectAccount',
  'Subscription.webhookReceived',
];
