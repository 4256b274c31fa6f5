package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import io.netty.channel.Channel;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.remoting.ChannelEventListener;
import org.apache.rocketmq.remoting.CommandCustomHeader;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyRemotingClient;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.LanguageCode;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.SerializeType;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one engine: one to a name server and one to each broker, whatever the number
 * of topics and groups. Thread-safe; no call blocks. Answers come on the I/O thread, timeouts on
 * the timer's.
 */
final class Remote implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(10);
  private static final int TIMEOUTS_UNTIL_RECONNECT = 2;
  // Of the name server, whichever it is, among the silences by address.
  private static final String NAME_SERVER = "";
  private static final int UNBOUNDED_PERMITS = Integer.MAX_VALUE;

  private final NettyRemotingClient client;
  private final HashedWheelTimer timer;
  private final ExecutorService executor;
  private final Map<String, Silence> silences = new ConcurrentHashMap<>();
  private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /** Told of connections that come and go; on the engine's executor. */
  interface ConnectionListener {
    void connected(String address);

    void disconnected(String address);
  }

  /** How long a peer has said nothing. */
  private static final class Silence {
    private volatile long answeredNanos = System.nanoTime();
    private final AtomicInteger timeouts = new AtomicInteger();

    void answered() {
      answeredNanos = System.nanoTime();
      timeouts.setPlain(0);
    }

    /**
     * A request of then got no answer: whether that is one too many. One that others, sent later,
     * have overtaken says nothing of the connection that they came over.
     */
    boolean timedOut(long sentNanos) {
      return answeredNanos - sentNanos < 0
          && timeouts.incrementAndGet() % TIMEOUTS_UNTIL_RECONNECT == 0;
    }
  }

  Remote(RocketMqSettings settings, String name) {
    NettyClientConfig config = new NettyClientConfig();
    config.setConnectTimeoutMillis((int) settings.connectTimeout().toMillis());
    // Decoding and callbacks run on the I/O thread: a hop less for each answer.
    config.setDisableNettyWorkerGroup(true);
    config.setDisableCallbackExecutor(true);
    config.setClientCallbackExecutorThreads(1);
    // Acquiring a permit would block the caller; appends are bounded in bytes instead.
    config.setClientAsyncSemaphoreValue(UNBOUNDED_PERMITS);
    config.setClientOnewaySemaphoreValue(UNBOUNDED_PERMITS);
    config.setScanAvailableNameSrv(false);
    config.setClientPooledByteBufAllocatorEnable(true);
    timer =
        new HashedWheelTimer(
            new DefaultThreadFactory(name + "-timer", true),
            TICK.toMillis(),
            TimeUnit.MILLISECONDS);
    executor = Executors.newFixedThreadPool(2, new DefaultThreadFactory(name, true));
    client = new NettyRemotingClient(config, new Events());
    // It shuffles the list that it is given.
    client.updateNameServerAddressList(new ArrayList<>(settings.nameServers()));
    client.start();
  }

  /** The engine's own threads, for what must not run on the caller's. */
  Executor executor() {
    return this::execute;
  }

  void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed: whoever waits has been told so by what was closed before.
    }
  }

  /** Runs a short task on the timer's thread after the delay. */
  Timeout schedule(Duration delay, Runnable task) {
    try {
      return timer.newTimeout(timeout -> task.run(), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (IllegalStateException e) {
      return DeadTimeout.of(timer);
    }
  }

  void addListener(ConnectionListener listener) {
    listeners.add(listener);
  }

  /** Has the broker's own requests of one kind handled, on a thread of the remoting client. */
  void onRequest(int code, NettyRequestProcessor processor) {
    client.registerProcessor(code, processor, executor);
  }

  /**
   * Sends a request. The future fails with {@link Kind#UNAVAILABLE} when nothing was sent, with
   * {@link Kind#UNCERTAIN} when it was and no answer came, with {@link Kind#CLOSED} after close.
   *
   * @param address of the broker; null for a name server
   */
  CompletableFuture<RemotingCommand> call(
      @Nullable String address,
      int code,
      @Nullable CommandCustomHeader header,
      byte @Nullable [] body,
      Duration timeout) {
    CompletableFuture<RemotingCommand> result = new CompletableFuture<>();
    if (closed) {
      result.completeExceptionally(closedFailure());
      return result;
    }
    RemotingCommand request = RemotingCommand.createRequestCommand(code, header);
    request.setBody(body);
    request.setLanguage(LanguageCode.JAVA);
    request.setVersion(MQVersion.CURRENT_VERSION);
    request.setSerializeTypeCurrentRPC(SerializeType.ROCKETMQ);
    Silence silence =
        silences.computeIfAbsent(address == null ? NAME_SERVER : address, key -> new Silence());
    long sentNanos = System.nanoTime();
    Timeout limit = schedule(timeout, () -> timedOut(address, result, timeout, silence, sentNanos));
    client
        .invoke(address, request, timeout.toMillis())
        .whenComplete(
            (response, failure) -> {
              limit.cancel();
              if (failure == null) {
                silence.answered();
                result.complete(response);
              } else {
                result.completeExceptionally(failure(failure));
              }
            });
    return result;
  }

  private void timedOut(
      @Nullable String address,
      CompletableFuture<RemotingCommand> result,
      Duration timeout,
      Silence silence,
      long sentNanos) {
    boolean late =
        result.completeExceptionally(
            new EngineException(
                Kind.UNCERTAIN, "no answer from RocketMQ within " + timeout.toMillis() + " ms"));
    // A connection that swallows requests is black-holed, or its broker is halted: a new one will
    // find out, and what waits on the old one is told at once.
    if (late && silence.timedOut(sentNanos)) {
      // Without a connection the client goes on to the next name server.
      List<String> silent = address == null ? client.getNameServerAddressList() : List.of(address);
      execute(() -> client.closeChannels(silent));
    }
  }

  private EngineException failure(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof RemotingConnectException)) {
      cause = cause.getCause();
    }
    if (closed && cause instanceof RemotingConnectException) {
      return closedFailure();
    }
    return cause instanceof RemotingConnectException
        ? new EngineException(Kind.UNAVAILABLE, "RocketMQ cannot be reached", failure)
        : new EngineException(Kind.UNCERTAIN, "the connection to RocketMQ was lost", failure);
  }

  static EngineException closedFailure() {
    return new EngineException(Kind.CLOSED, "the engine has been closed");
  }

  boolean isClosed() {
    return closed;
  }

  /** Refuses new calls; open ones may still be answered until {@link #close}. */
  void refuse() {
    closed = true;
  }

  @Override
  public void close() {
    closed = true;
    timer.stop();
    client.shutdown();
    executor.shutdown();
  }

  private final class Events implements ChannelEventListener {
    @Override
    public void onChannelActive(String address, Channel channel) {
      execute(
          () ->
              names(address, channel)
                  .forEach(name -> listeners.forEach(listener -> listener.connected(name))));
    }

    @Override
    public void onChannelClose(String address, Channel channel) {
      execute(
          () ->
              names(address, channel)
                  .forEach(name -> listeners.forEach(listener -> listener.disconnected(name))));
    }

    /** A broker may be registered by a host's name; the event has its number. */
    private Set<String> names(String address, @Nullable Channel channel) {
      Set<String> names = new LinkedHashSet<>();
      names.add(address);
      if (channel != null && channel.remoteAddress() instanceof InetSocketAddress peer) {
        names.add(peer.getHostString() + ":" + peer.getPort());
      }
      return names;
    }

    @Override
    public void onChannelConnect(String address, Channel channel) {
      // Only tried so far: active is what counts.
    }

    @Override
    public void onChannelException(String address, Channel channel) {
      // The channel is closed next, and that is told.
    }

    @Override
    public void onChannelIdle(String address, Channel channel) {
      // As above.
    }
  }
}
