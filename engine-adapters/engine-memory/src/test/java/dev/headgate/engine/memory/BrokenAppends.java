package dev.headgate.engine.memory;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Engines that do something wrong with what they are to append. */
final class BrokenAppends {
  private BrokenAppends() {}

  /** An append, to be passed on or not. */
  record Append(Engine engine, TopicName topic, Message message, AppendOptions options) {
    CompletionStage<Position> pass() {
      return engine.append(topic, message, options);
    }

    Append with(Message other) {
      return new Append(engine, topic, other, options);
    }

    Append with(AppendOptions other) {
      return new Append(engine, topic, message, other);
    }
  }

  interface Breaking {
    CompletionStage<Position> append(Append append);
  }

  static Engine appending(Engine engine, Breaking breaking) {
    return new ForwardingEngine(engine) {
      @Override
      public CompletionStage<Position> append(
          TopicName topic, Message message, AppendOptions options) {
        return breaking.append(new Append(engine, topic, message, options));
      }
    };
  }

  /** Acknowledges all, but answers each tenth with the position of the one before. */
  static Engine losingEveryTenth(Engine engine) {
    AtomicInteger count = new AtomicInteger();
    AtomicReference<@Nullable CompletionStage<Position>> before = new AtomicReference<>();
    return appending(
        engine,
        append -> {
          CompletionStage<Position> last = before.get();
          if (count.incrementAndGet() % 10 == 0 && last != null) {
            return last;
          }
          CompletionStage<Position> stored = append.pass();
          before.set(stored);
          return stored;
        });
  }

  static Engine storingTwice(Engine engine) {
    return appending(
        engine,
        append -> append.pass().thenCompose(first -> append.pass().thenApply(second -> first)));
  }

  static Engine ignoringDeadlines(Engine engine) {
    long never = System.nanoTime() + Long.MAX_VALUE / 4;
    return appending(
        engine, append -> append.with(new AppendOptions(append.options().ordered(), never)).pass());
  }

  static Engine ignoringKeys(Engine engine) {
    return appending(
        engine,
        append ->
            append
                .with(copy(append.message(), append.message().body(), null))
                .with(new AppendOptions(false, append.options().deadlineNanos()))
                .pass());
  }

  static Engine takingBodiesForText(Engine engine) {
    return appending(
        engine,
        append -> {
          Message message = append.message();
          Bytes text = Bytes.utf8(message.body().toUtf8());
          return append.with(copy(message, text, message.key())).pass();
        });
  }

  static Engine keepingHeadersInAMap(Engine engine) {
    return appending(
        engine,
        append -> {
          Map<String, Header> headers = new LinkedHashMap<>();
          for (Header header : append.message().headers()) {
            Bytes value = Objects.requireNonNullElse(header.value(), Bytes.EMPTY);
            headers.put(header.name(), new Header(header.name(), value));
          }
          List<Header> kept = List.copyOf(headers.values());
          return append.with(append.message().with(kept, append.message().deliverAt())).pass();
        });
  }

  static Engine deliveringAtOnce(Engine engine) {
    return appending(
        engine,
        append -> append.with(append.message().with(append.message().headers(), null)).pass());
  }

  static Engine callingEveryFailureADefect(Engine engine) {
    return appending(
        engine,
        append ->
            append
                .pass()
                .exceptionallyCompose(
                    failure ->
                        CompletableFuture.failedStage(
                            new EngineException(Kind.INTERNAL, "something is wrong"))));
  }

  private static Message copy(Message message, Bytes body, @Nullable Bytes key) {
    return new Message(
        message.id(),
        body,
        key,
        message.tag(),
        message.headers(),
        message.encoding(),
        message.bornAt(),
        message.deliverAt());
  }
}
