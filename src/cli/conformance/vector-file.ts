/** The files of golden vectors (`src/core/golden/README.md`) and how their entries are read. */

export interface VectorFile {
  readonly area: string;
  readonly cases: readonly VectorCase[];
}

/** A tensor of a file: PyTorch's layout, row-major. */
export interface VectorTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface VectorCase {
  readonly name: string;
  readonly op: string;
  readonly args: Fields;
  readonly inputs: Fields;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly atol: number;
  readonly rtol: number;
}

/** The fields of a case, whose types the operation implies. Reading a field that is absent is an error in the file. */
export class Fields {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }

  /** The value as the operation's description types it. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the type that the file's description gives
  get<T>(name: string): T {
    if (!(name in this.values)) throw new Error(`The case has no \`${name}\``);
    return this.values[name] as T;
  }

  number(name: string): number {
    return this.get<number>(name);
  }

  tensor(name: string): VectorTensor {
    return this.get<VectorTensor>(name);
  }

  /** The named fields as one object, e.g. to be handed to a method as its arguments. */
  pick(...names: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(names.map((name) => [name, this.get(name)]));
  }
}

/** A file's text as cases. Throws on a file that is not of this kind. */
export function parseVectorFile(text: string): VectorFile {
  const file = JSON.parse(text) as { area?: unknown; cases?: unknown };
  if (typeof file.area !== 'string' || !Array.isArray(file.cases))
    throw new Error('A vector file has an area and cases');
  return { area: file.area, cases: file.cases.map(parseCase) };
}

function parseCase(raw: unknown): VectorCase {
  const record = raw as Record<string, unknown>;
  const object = (name: string): Readonly<Record<string, unknown>> => (record[name] ?? {}) as Record<string, unknown>;
  return {
    name: String(record['name']),
    op: String(record['op']),
    args: new Fields(object('args')),
    inputs: new Fields(object('inputs')),
    expected: object('expected'),
    atol: Number(record['atol'] ?? 1e-6),
    rtol: Number(record['rtol'] ?? 1e-5),
  };
}

export function isTensor(value: unknown): value is VectorTensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'shape' in value &&
    'data' in value &&
    Object.keys(value).length === 2
  );
}

/** A vector as the files write one. */
export function vector(values: ArrayLike<number>): VectorTensor {
  return { shape: [values.length], data: Array.from(values) };
}
