package dev.headgate.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OtelTraceTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PRODUCER = "b7ad6b7169203331";
  private static final TopicName TOPIC = new TopicName("orders");
  private static final GroupName GROUP = new GroupName("billing");
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private final List<SpanData> spans = new CopyOnWriteArrayList<>();
  private final OtelTrace trace =
      new OtelTrace(
          SdkTracerProvider.builder()
              .addSpanProcessor(SimpleSpanProcessor.create(new Kept()))
              .build(),
          InstantSource.fixed(NOW));

  @Test
  void everyStepHangsUnderTheProducersSpan() {
    Message message = message("00-" + TRACE + "-" + PRODUCER + "-01");

    trace.sent(TOPIC, message, 3_000_000, null);
    trace.delivered(TOPIC, GROUP, message, 1, 250);
    trace.settled(TOPIC, GROUP, message, 1, 40, "ack");

    assertThat(spans)
        .extracting(SpanData::getName)
        .containsExactly("send orders", "wait orders", "lease orders");
    assertThat(spans)
        .allSatisfy(
            span -> {
              assertThat(span.getTraceId()).isEqualTo(TRACE);
              assertThat(span.getParentSpanId()).isEqualTo(PRODUCER);
              assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
              assertThat(span.getAttributes().get(AttributeKey.stringKey("messaging.message.id")))
                  .isEqualTo("id1");
            });
    assertThat(spans)
        .extracting(span -> span.getEndEpochNanos() - span.getStartEpochNanos())
        .containsExactly(3_000_000L, 250_000_000L, 40_000_000L);
    assertThat(
            spans
                .get(1)
                .getAttributes()
                .get(AttributeKey.stringKey("messaging.consumer.group.name")))
        .isEqualTo("billing");
  }

  @Test
  void whatWentWrongIsAnError() {
    Message message = message("00-" + TRACE + "-" + PRODUCER + "-01");

    trace.sent(TOPIC, message, 1, "STORE_UNCERTAIN");
    trace.settled(TOPIC, GROUP, message, 2, 10_000, "expired");

    assertThat(spans)
        .extracting(span -> span.getStatus().getDescription())
        .containsExactly("STORE_UNCERTAIN", "expired");
  }

  @Test
  void messagesThatAreNotTracedMakeNoSpans() {
    for (@Nullable String header :
        new @Nullable String[] {null, "", "garbage", "00-" + TRACE + "-" + PRODUCER + "-00"}) {
      trace.sent(TOPIC, message(header), 1, null);
      trace.delivered(TOPIC, GROUP, message(header), 1, -5);
    }

    assertThat(spans).isEmpty();
  }

  @Test
  void nothingConfiguredIsNothingDone() {
    assertThat(MessageTrace.of(TracingConfig.OFF, "n", "v", InstantSource.system()))
        .isSameAs(MessageTrace.OFF);
  }

  private static Message message(@Nullable String traceparent) {
    return new Message(
        "id1",
        Bytes.utf8("body"),
        null,
        null,
        traceparent == null ? List.of() : List.of(Header.of(MessageTrace.HEADER, traceparent)),
        null,
        NOW,
        null);
  }

  private final class Kept implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> more) {
      spans.addAll(more);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
