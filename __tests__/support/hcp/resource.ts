/** The answer to a request: JSON, or text as it is. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An object of JSON:API. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly attributes?: object;
  readonly relationships?: Readonly<Record<string, { data: Reference }>>;
}

export interface Reference {
  readonly id: string;
  readonly type: string;
}

/** 404, also for what may not be seen. */
export const NOT_FOUND = failure(404, "not found");

export function failure(status: number, title: string): Answer {
  return { status, json: { errors: [{ status: String(status), title }] } };
}

export function one(data: Resource, included: readonly Resource[] = [], status = 200): Answer {
  return { status, json: { data, included } };
}

/** A list on one page. */
export function many(data: readonly (Resource | Reference)[]): Answer {
  const pagination = { "current-page": 1, "total-pages": 1, "total-count": data.length };
  return { status: 200, json: { data, meta: { pagination } } };
}

/** `attributes` and the ids of `relationships` in the body of a request. */
export function given(body: string) {
  // The format of JSON:API.
  const { data } = JSON.parse(body) as {
    data: {
      attributes?: Record<string, unknown>;
      relationships?: Record<string, { data: Reference }>;
    };
  };
  const { attributes = {}, relationships = {} } = data;
  return { attributes, idOf: (name: string) => relationships[name]?.data.id ?? "" };
}
