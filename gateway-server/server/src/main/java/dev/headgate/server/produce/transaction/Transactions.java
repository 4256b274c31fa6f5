package dev.headgate.server.produce.transaction;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.TransactionFacet;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.EngineErrors;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.produce.EngineAttempt;
import dev.headgate.server.produce.HalfMessage;
import dev.headgate.server.produce.ProducePipeline;
import dev.headgate.server.produce.SendCommand;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.Timer;
import dev.headgate.server.token.TokenSigner;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Prepared messages: stored by the pipeline, ended by their token wherever they lie, asked about at
 * the {@link CheckDesk}. Thread-safe. Holds nothing of a transaction itself.
 */
public final class Transactions implements TransactionService {
  private final ProducePipeline produce;
  private final TopicRouting routing;
  private final Map<String, Engine> clusters;
  private final TokenSigner tokens;
  private final Timer timer;
  private final GatewayMetrics metrics;
  private final CheckDesk desk;

  /** Over the engines by cluster. */
  public Transactions(
      ProducePipeline produce,
      TopicRouting routing,
      Map<String, Engine> clusters,
      TokenSigner tokens,
      Timer timer,
      GatewayMetrics metrics) {
    this.produce = produce;
    this.routing = routing;
    this.clusters = clusters;
    this.tokens = tokens;
    this.timer = timer;
    this.metrics = metrics;
    this.desk = new CheckDesk(clusters, tokens, timer, metrics);
  }

  /** Polls end, and the engines ask other nodes; transactions can still be ended. */
  public void drain() {
    desk.drain();
  }

  @Override
  public CompletionStage<Prepared> prepare(
      Caller caller, String topic, String producerGroup, SendCommand command, long deadlineNanos) {
    try {
      var group = routing.group(producerGroup);
      return produce
          .prepare(topic, group, command, deadlineNanos)
          .thenApply(
              half -> {
                metrics.transactionsPrepared().inc();
                return new Prepared(half.messageId(), token(half, producerGroup).sign(tokens));
              });
    } catch (GatewayException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private TransactionToken token(HalfMessage half, String producerGroup) {
    return new TransactionToken(
        half.route().cluster(),
        half.topic(),
        routing.group(producerGroup),
        half.messageId(),
        half.engineId());
  }

  @Override
  public CompletionStage<Void> end(
      Caller caller, String transactionId, boolean commit, long deadlineNanos) {
    try {
      TransactionToken token =
          TransactionToken.open(tokens, transactionId)
              .orElseThrow(
                  () ->
                      new GatewayException(
                          ErrorCode.NOT_FOUND, "transactionId: no transaction has this id"));
      End end = new End(token, facet(token), commit, deadlineNanos);
      end.begin();
      return end.answer()
          .<Void>thenCompose(done -> CompletableFuture.completedStage(null))
          .exceptionallyCompose(Transactions::asNotFound);
    } catch (GatewayException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** The token is right, so what an engine finds wrong with its part is that it is gone. */
  private static CompletionStage<Void> asNotFound(Throwable failure) {
    Throwable cause = EngineErrors.unwrap(failure);
    return CompletableFuture.failedStage(
        cause instanceof GatewayException told && told.code() == ErrorCode.INVALID_ARGUMENT
            ? new GatewayException(ErrorCode.NOT_FOUND, String.valueOf(told.getMessage()))
            : cause);
  }

  private TransactionFacet facet(TransactionToken token) {
    @Nullable Engine engine = clusters.get(token.cluster());
    if (engine == null) {
      throw new GatewayException(
          ErrorCode.NOT_FOUND,
          "topic '%s': cluster '%s' is not there any more"
              .formatted(token.topic(), token.cluster()));
    }
    return engine
        .transactions()
        .orElseThrow(
            () -> EngineErrors.unsupported(token.topic(), engine.name(), Capability.TRANSACTIONS));
  }

  @Override
  public PendingChecks pendingChecks(
      Caller caller, String producerGroup, int maxChecks, int maxBytes, Duration wait) {
    try {
      return desk.poll(routing.group(producerGroup), maxChecks, maxBytes, wait);
    } catch (GatewayException e) {
      return PendingChecks.failed(e);
    }
  }

  private final class End extends EngineAttempt<Void, Boolean> {
    private final TransactionToken token;
    private final TransactionFacet facet;
    private final boolean commit;
    private final AppendOptions options;

    End(TransactionToken token, TransactionFacet facet, boolean commit, long deadlineNanos) {
      super("topic '" + token.topic() + "'", deadlineNanos, timer);
      this.token = token;
      this.facet = facet;
      this.commit = commit;
      this.options = new AppendOptions(false, deadlineNanos);
    }

    @Override
    protected CompletionStage<Void> ask() {
      return facet.end(token.engineId(), commit, options);
    }

    @Override
    protected Boolean told(Void done) {
      (commit ? metrics.transactionsCommitted() : metrics.transactionsRolledBack()).inc();
      desk.ended(token);
      return commit;
    }
  }
}
