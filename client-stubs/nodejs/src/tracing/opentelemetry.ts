import type { TraceCarrier, TracedWork, Tracing } from "./tracing.js";

/** What is needed of `@opentelemetry/api`; the package itself fits. */
export interface OpenTelemetryApi {
  readonly ROOT_CONTEXT: unknown;
  readonly SpanKind: { readonly PRODUCER: number; readonly CONSUMER: number };
  readonly SpanStatusCode: { readonly ERROR: number };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- The package's own types, which need not be there.
  readonly context: { active(): any; with(context: any, run: () => any): any };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly propagation: { inject(context: any, carrier: any): void; extract(context: any, carrier: any): any };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly trace: { getTracer(name: string): any; setSpan(context: any, span: any): any };
}

interface Span {
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(error: Error): void;
  end(): void;
}

/**
 * Tracing by OpenTelemetry: a PRODUCER span for each send, a CONSUMER span for each handler, as a child of the span
 * that the message brought. Without an SDK it does nothing.
 *
 * @param api the module `@opentelemetry/api`
 */
export function openTelemetry(api: OpenTelemetryApi): Tracing {
  const tracer = api.trace.getTracer("headgate") as {
    startSpan(name: string, options: object, context: unknown): Span;
  };
  return {
    inject: (carrier) => api.propagation.inject(api.context.active(), carrier),
    async around<T>(work: TracedWork, run: () => Promise<T>): Promise<T> {
      const parent = work.carrier === undefined ? api.context.active() : extract(api, work.carrier);
      const kind = work.kind === "send" ? api.SpanKind.PRODUCER : api.SpanKind.CONSUMER;
      const span = tracer.startSpan(`${work.kind} ${work.topic}`, { kind, attributes: attributes(work) }, parent);
      try {
        return (await api.context.with(api.trace.setSpan(parent, span), run)) as T;
      } catch (error) {
        const seen = error instanceof Error ? error : new Error(String(error));
        span.recordException(seen);
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: seen.message });
        throw error;
      } finally {
        span.end();
      }
    },
  };
}

/** @internal Tracing by `@opentelemetry/api` where it is installed, else null. */
export async function installedOpenTelemetry(): Promise<Tracing | null> {
  const name: string = "@opentelemetry/api";
  try {
    return openTelemetry((await import(name)) as OpenTelemetryApi);
  } catch {
    return null;
  }
}

function extract(api: OpenTelemetryApi, carrier: TraceCarrier): unknown {
  return api.propagation.extract(api.ROOT_CONTEXT, carrier) as unknown;
}

function attributes(work: TracedWork): Record<string, string> {
  return {
    "messaging.system": "headgate",
    "messaging.operation.type": work.kind,
    "messaging.destination.name": work.topic,
    ...(work.group === undefined ? {} : { "messaging.consumer.group.name": work.group }),
    ...(work.messageId === undefined ? {} : { "messaging.message.id": work.messageId }),
  };
}
