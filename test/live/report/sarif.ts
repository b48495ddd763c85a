/**
 * What our SARIF reports may consist of: written for these tests after the specification (SARIF 2.1.0, OASIS Standard),
 * and narrower than its schema. Nothing else is allowed; what the specification requires is required.
 */
const object = (required: readonly string[], properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const text = { type: 'string', minLength: 1 };
/** 3.11 */
const message = object(['text'], { text });
/** 3.58.6 */
const level = { enum: ['none', 'note', 'warning', 'error'] };
/** 3.9 */
const utc = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' };

/** 3.28 to 3.33 */
const location = object([], {
  logicalLocations: { type: 'array', uniqueItems: true, items: object(['name'], { name: text, kind: text }) },
  physicalLocation: object(['artifactLocation'], {
    artifactLocation: object(['uri'], { uri: { type: 'string', pattern: '^[!-~]+$' } }),
    region: object(['startLine'], { startLine: { type: 'integer', minimum: 1 } }),
  }),
});

/** 3.49 to 3.51 */
const rule = object(['id'], { id: text, shortDescription: message, defaultConfiguration: object([], { level }) });

/** 3.20 */
const invocation = object(['executionSuccessful'], {
  executionSuccessful: { type: 'boolean' },
  startTimeUtc: utc,
  endTimeUtc: utc,
  toolExecutionNotifications: { type: 'array', items: object(['message'], { level, message }) },
});

/** 3.27 */
const result = object(['message'], {
  ruleId: text,
  ruleIndex: { type: 'integer', minimum: 0 },
  level,
  message,
  locations: { type: 'array', items: location },
  properties: object([], { events: { type: 'array', items: { type: 'string' } } }),
});

/** 3.14 */
const run = object(['tool'], {
  tool: object(['driver'], {
    driver: object(['name'], {
      name: text,
      semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
      rules: { type: 'array', uniqueItems: true, items: rule },
    }),
  }),
  invocations: { type: 'array', items: invocation },
  results: { type: 'array', items: result },
  columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
});

/** 3.13 */
export const sarifSchema = object(['version', 'runs'], {
  $schema: { const: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json' },
  version: { const: '2.1.0' },
  runs: { type: 'array', items: run },
});
