package dev.headgate.server.trace;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes OpenTelemetry spans of the steps of messages whose {@code traceparent} is sampled; of the
 * others none. A span is made when its step is over, so none is held meanwhile. Spans wait in a
 * bounded queue for the exporter's thread; when it is full they are dropped.
 */
final class OtelTrace implements MessageTrace {
  private static final Duration LAST_EXPORT = Duration.ofSeconds(3);
  private static final W3CTraceContextPropagator PROPAGATOR =
      W3CTraceContextPropagator.getInstance();
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<String> MESSAGE_ID =
      AttributeKey.stringKey("messaging.message.id");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("headgate.attempt");

  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final InstantSource clock;

  /** Over a provider that it owns. */
  OtelTrace(SdkTracerProvider provider, InstantSource clock) {
    this.provider = provider;
    this.tracer = provider.get("dev.headgate");
    this.clock = clock;
  }

  static OtelTrace exporting(String endpoint, String node, String version, InstantSource clock) {
    Resource resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"), "headgate",
                        AttributeKey.stringKey("service.instance.id"), node,
                        AttributeKey.stringKey("service.version"), version)));
    return new OtelTrace(
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.parentBased(Sampler.alwaysOff()))
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build())
                    .build())
            .build(),
        clock);
  }

  @Override
  public void sent(TopicName topic, Message message, long tookNanos, @Nullable String failure) {
    Span span = begin("send", SpanKind.SERVER, topic, message, Duration.ofNanos(tookNanos));
    if (span != null) {
      if (failure != null) {
        span.setStatus(StatusCode.ERROR, failure);
      }
      end(span);
    }
  }

  @Override
  public void delivered(
      TopicName topic, GroupName group, Message message, int attempt, long waitedMillis) {
    Span span = begin("wait", SpanKind.INTERNAL, topic, message, Duration.ofMillis(waitedMillis));
    if (span != null) {
      span.setAttribute(GROUP, group.value()).setAttribute(ATTEMPT, (long) attempt);
      end(span);
    }
  }

  @Override
  public void settled(
      TopicName topic, GroupName group, Message message, int attempt, long heldMillis, String how) {
    Span span = begin("lease", SpanKind.INTERNAL, topic, message, Duration.ofMillis(heldMillis));
    if (span != null) {
      span.setAttribute(GROUP, group.value()).setAttribute(ATTEMPT, (long) attempt);
      if (!how.equals("ack")) {
        span.setStatus(StatusCode.ERROR, how);
      }
      end(span);
    }
  }

  private @Nullable Span begin(
      String operation, SpanKind kind, TopicName topic, Message message, Duration took) {
    Context parent = PROPAGATOR.extract(Context.root(), message, Headers.GETTER);
    SpanContext producer = Span.fromContext(parent).getSpanContext();
    if (!producer.isValid() || !producer.isSampled()) {
      return null;
    }
    Instant start = clock.instant().minus(took.isNegative() ? Duration.ZERO : took);
    SpanBuilder builder =
        tracer
            .spanBuilder(operation + " " + topic.value())
            .setParent(parent)
            .setSpanKind(kind)
            .setStartTimestamp(start)
            .setAttribute(SYSTEM, "headgate")
            .setAttribute(OPERATION, operation)
            .setAttribute(DESTINATION, topic.value())
            .setAttribute(MESSAGE_ID, message.id());
    return builder.startSpan();
  }

  private void end(Span span) {
    span.end(clock.instant());
  }

  @Override
  public void close() {
    provider.shutdown().join(LAST_EXPORT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private enum Headers implements TextMapGetter<Message> {
    GETTER;

    @Override
    public Iterable<String> keys(Message message) {
      return List.of();
    }

    @Override
    public @Nullable String get(@Nullable Message message, String key) {
      return message == null ? null : message.header(key);
    }
  }
}
