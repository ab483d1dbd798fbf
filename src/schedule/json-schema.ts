import { z } from 'zod';
import { catalogue } from '../methods/catalogue.ts';
import type { MethodDefinition, MethodKind } from '../methods/define-method.ts';
import { actionKeys, methodKinds, type Section, sectionKinds, topLevelKeys, windowKeys } from './grammar.ts';
import {
  adamSchema,
  pruningArgsSchema,
  regularizationArgsSchema,
  sgdSchema,
  trainingSchema,
} from './schedule-schema.ts';

/** A JSON Schema (draft 2020-12): plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The grammar of a schedule as JSON Schema, assembled from the catalogue, for editors. */
export function scheduleJsonSchema(methods: readonly MethodDefinition[] = catalogue): JsonSchema {
  const sections = Object.fromEntries(
    (Object.keys(sectionKinds) as Section[]).map((section) => [section, sectionSchema(section, methods)]),
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Compression schedule',
    type: 'object',
    required: ['policies'],
    properties: {
      version: { type: 'integer', description: topLevelKeys['version'] },
      training: trainingJsonSchema(),
      ...sections,
      policies: { type: 'array', items: policySchema(), description: topLevelKeys['policies'] },
    },
  };
}

/** The arguments of a class as JSON Schema. */
export function methodJsonSchema(definition: MethodDefinition): JsonSchema {
  return toJson(definition.args);
}

/** The `training` block as JSON Schema, the optimizer's two forms included. */
export function trainingJsonSchema(): JsonSchema {
  const schema = toJson(trainingSchema);
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const optimizer = {
    description: properties['optimizer']?.['description'],
    anyOf: [toJson(sgdSchema), toJson(adamSchema)],
  };
  return { ...schema, description: topLevelKeys['training'], properties: { ...properties, optimizer } };
}

function sectionSchema(section: Section, methods: readonly MethodDefinition[]): JsonSchema {
  const ofKind = methods.filter((definition) => definition.kind === sectionKinds[section]);
  return {
    type: 'object',
    description: topLevelKeys[section],
    additionalProperties: ofKind.length > 0 ? { anyOf: ofKind.map(componentSchema) } : {},
  };
}

function componentSchema(definition: MethodDefinition): JsonSchema {
  const schema = methodJsonSchema(definition);
  return {
    ...schema,
    title: definition.name,
    description: definition.summary,
    required: ['class', ...((schema['required'] as string[] | undefined) ?? [])],
    properties: { class: { const: definition.name }, ...(schema['properties'] as object) },
  };
}

function policySchema(): JsonSchema {
  const epoch = (key: string) => ({
    type: 'integer',
    minimum: key === 'frequency' ? 1 : 0,
    description: windowKeys[key],
  });
  return {
    type: 'object',
    oneOf: methodKinds.map((kind) => ({ required: [kind] })),
    properties: {
      ...Object.fromEntries(methodKinds.map((kind) => [kind, actionSchema(kind)])),
      starting_epoch: epoch('starting_epoch'),
      ending_epoch: epoch('ending_epoch'),
      frequency: epoch('frequency'),
      epochs: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1, description: windowKeys['epochs'] },
    },
  };
}

function actionSchema(kind: MethodKind): JsonSchema {
  const args: Partial<Record<MethodKind, JsonSchema>> = {
    pruner: toJson(pruningArgsSchema),
    regularizer: toJson(regularizationArgsSchema),
  };
  return {
    type: 'object',
    required: ['instance_name'],
    properties: {
      instance_name: { type: 'string', description: actionKeys['instance_name'] },
      ...(args[kind] ? { args: { ...args[kind], description: actionKeys['args'] } } : {}),
    },
  };
}

function toJson(schema: z.ZodObject): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return json;
}
