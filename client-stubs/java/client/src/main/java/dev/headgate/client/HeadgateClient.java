package dev.headgate.client;

import dev.headgate.idl.gateway.VersionInfo;
import dev.headgate.idl.gateway.VersionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client of a gateway fleet: one pool of connections, shared by its producer, consumers and
 * administration. Thread-safe; make one per process and close it at the end.
 *
 * <p>Every call blocks its thread up to its deadline and fails with a {@link HeadgateException}.
 */
public final class HeadgateClient implements AutoCloseable {
  private static final long SWEEP_MILLIS = 200;

  private final ConnectionPool pool;
  private final Caller caller;
  private final Consumption consumption;
  private final Producer producer;
  private final Admin admin;
  private final ThreadPoolExecutor async;
  private final ScheduledExecutorService sweeper;
  private final Set<Consumer> consumers = ConcurrentHashMap.newKeySet();

  private HeadgateClient(ClientSettings settings) {
    this.pool = new ConnectionPool(settings);
    this.caller = new Caller(settings, pool);
    this.consumption = new Consumption(caller, pool);
    this.async =
        new ThreadPoolExecutor(
            settings.asyncThreads(),
            settings.asyncThreads(),
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.asyncQueue()),
            new DaemonThreads("headgate-send"));
    async.allowCoreThreadTimeOut(true);
    this.producer = new Producer(caller, async);
    this.admin = new Admin(caller);
    this.sweeper =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("headgate-sweeper"));
    var unused =
        sweeper.scheduleWithFixedDelay(
            pool::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Starts a client. */
  public static Builder builder() {
    return new Builder();
  }

  /** Sends messages. */
  public Producer producer() {
    return producer;
  }

  /** Administration: topics, groups, dead letters, drain. */
  public Admin admin() {
    return admin;
  }

  /** As {@link #subscribe(String, String, MessageHandler, ConsumerOptions)} with all defaults. */
  public Consumer subscribe(String topic, String group, MessageHandler handler) {
    return subscribe(topic, group, handler, ConsumerOptions.defaults());
  }

  /**
   * Starts a consumer: it receives, runs the handler, renews leases, acks what the handler returns
   * from and nacks what it throws at. Never blocks; a gateway that is not there yet is waited for.
   *
   * @return a running consumer, to be closed by the caller or with this client
   */
  public Consumer subscribe(
      String topic, String group, MessageHandler handler, ConsumerOptions options) {
    Consumer consumer =
        new Consumer(
            consumption, caller.tracing(), topic, group, handler, options, consumers::remove);
    consumers.add(consumer);
    consumer.start();
    return consumer;
  }

  /**
   * As {@link #receive(String, String, ReceiveOptions, CallOptions)} with the client's defaults.
   */
  public ReceiveResult receive(String topic, String group, ReceiveOptions how) {
    return receive(topic, group, how, CallOptions.defaults());
  }

  /**
   * Leases messages; parks up to {@code how.maxWait()} when there are none. The caller settles each
   * lease before it expires, else the message is delivered again.
   */
  public ReceiveResult receive(
      String topic, String group, ReceiveOptions how, CallOptions options) {
    return consumption.receive(topic, group, how, options);
  }

  /** Settles leases: done for good. Answers per lease, in order. */
  public List<SettleResult> ack(List<Bytes> leases) {
    return ack(leases, CallOptions.defaults());
  }

  /** As {@link #ack(List)}, with options. */
  public List<SettleResult> ack(List<Bytes> leases, CallOptions options) {
    return consumption.ack(leases, options);
  }

  /** Gives messages back, to be delivered again later. Answers per lease, in order. */
  public List<SettleResult> nack(List<Nack> nacks) {
    return nack(nacks, CallOptions.defaults());
  }

  /** As {@link #nack(List)}, with options. */
  public List<SettleResult> nack(List<Nack> nacks, CallOptions options) {
    return consumption.nack(nacks, options);
  }

  /**
   * Prolongs leases. Answers per lease, in order.
   *
   * @param lease the new time to live, counted from now; null: the group's
   */
  public List<SettleResult> extend(List<Bytes> leases, @Nullable Duration lease) {
    return extend(leases, lease, CallOptions.defaults());
  }

  /** As {@link #extend(List, Duration)}, with options. */
  public List<SettleResult> extend(
      List<Bytes> leases, @Nullable Duration lease, CallOptions options) {
    return consumption.extend(leases, lease, options);
  }

  /** Moves the position of the whole group; takes effect on running consumers. */
  public void seek(String topic, String group, SeekTarget target) {
    seek(topic, group, target, CallOptions.defaults());
  }

  /** As {@link #seek(String, String, SeekTarget)}, with options. */
  public void seek(String topic, String group, SeekTarget target, CallOptions options) {
    consumption.seek(topic, group, target, options);
  }

  /** Who answers: a cheap probe of a node. */
  public GatewayVersion version() {
    return version(CallOptions.defaults());
  }

  /** As {@link #version()}, with options. */
  public GatewayVersion version(CallOptions options) {
    return caller.call(
        Operation.VERSION,
        options,
        Duration.ZERO,
        (connection, context) -> {
          VersionInfo info = connection.produce().version(new VersionRequest().setContext(context));
          return new GatewayVersion(info.getContract(), info.getGateway(), info.getNode());
        });
  }

  /**
   * Closes its consumers gracefully, then all connections. Calls that still run fail. Repeating it
   * is harmless.
   */
  @Override
  public void close() {
    List<Consumer> open = List.copyOf(consumers);
    open.forEach(Consumer::stop);
    open.forEach(Consumer::close);
    async.shutdown();
    pool.close();
    sweeper.shutdownNow();
  }

  ConnectionPool pool() {
    return pool;
  }

  /** Puts a client together. For one thread. */
  public static final class Builder {
    private final List<NodeAddress> addresses = new ArrayList<>();
    private Duration timeout = Duration.ofSeconds(10);
    private Duration connectTimeout = Duration.ofSeconds(2);
    private Duration idleTimeout = Duration.ofSeconds(30);
    private Duration backoffInitial = Duration.ofMillis(50);
    private Duration backoffMax = Duration.ofSeconds(2);
    private int maxConnections = 32;
    private int maxPolls = 64;
    private int maxFrameBytes = 64 << 20;
    private int asyncThreads = 8;
    private int asyncQueue = 1_024;
    private @Nullable String clientId;
    private @Nullable String token;
    private int compressFrom = 4_096;
    private int maxOpenedBytes = 64 << 20;
    private Tracing tracing = Tracing.ofThreads();

    private Builder() {}

    /**
     * Adds a node, {@code host:port}; several may stand in one text, parted by commas. With
     * several, a client keeps to one and moves on when it fails or drains.
     */
    public Builder address(String hostAndPort) {
      for (String part : hostAndPort.split(",", -1)) {
        addresses.add(NodeAddress.parse(part.trim()));
      }
      return this;
    }

    /** Deadline of a call, retries included; a long poll adds its wait. Default 10 s. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /** How long one connect may take. Default 2 s. */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = connectTimeout;
      return this;
    }

    /** When an idle connection is closed. Default 30 s. */
    public Builder idleTimeout(Duration idleTimeout) {
      this.idleTimeout = idleTimeout;
      return this;
    }

    /**
     * Pause between retries: doubles from {@code initial} to {@code max}, with jitter. Default 50
     * ms to 2 s.
     */
    public Builder backoff(Duration initial, Duration max) {
      this.backoffInitial = initial;
      this.backoffMax = max;
      return this;
    }

    /** How many calls may run at once; further ones wait. Default 32. */
    public Builder maxConnections(int maxConnections) {
      this.maxConnections = maxConnections;
      return this;
    }

    /** How many long polls may be parked at once, on connections of their own. Default 64. */
    public Builder maxPolls(int maxPolls) {
      this.maxPolls = maxPolls;
      return this;
    }

    /** The largest answer that is accepted, bytes. Default 64 MiB. */
    public Builder maxFrameBytes(int maxFrameBytes) {
      this.maxFrameBytes = maxFrameBytes;
      return this;
    }

    /** Threads and queue length of {@link Producer#sendAsync}. Default 8 and 1,024. */
    public Builder async(int threads, int queue) {
      this.asyncThreads = threads;
      this.asyncQueue = queue;
      return this;
    }

    /** A stable name of this process, shown to operators. Default: the connection's address. */
    public Builder clientId(@Nullable String clientId) {
      this.clientId = clientId;
      return this;
    }

    /** Credential, where the connection itself has none. Default: none. */
    public Builder token(@Nullable String token) {
      this.token = token;
      return this;
    }

    /**
     * Bodies of at least so many bytes are sent compressed where that makes them smaller; negative:
     * never, for topics that are also read by clients that do not know encodings, such as a
     * broker's own. Default 4,096.
     */
    public Builder compressFrom(int bytes) {
      this.compressFrom = bytes;
      return this;
    }

    /** The most bytes that a received body may open to. Default 64 MiB. */
    public Builder maxOpenedBytes(int maxOpenedBytes) {
      this.maxOpenedBytes = maxOpenedBytes;
      return this;
    }

    /**
     * Where calls get their trace from, and handlers that of their message. Default: {@link
     * Tracing#ofThreads()}.
     */
    public Builder tracing(Tracing tracing) {
      this.tracing = tracing;
      return this;
    }

    /**
     * The client. Opens no connection yet.
     *
     * @throws IllegalArgumentException when an option is out of its limits or no address is given
     */
    public HeadgateClient build() {
      return new HeadgateClient(
          new ClientSettings(
              addresses,
              timeout,
              connectTimeout,
              idleTimeout,
              maxConnections,
              maxPolls,
              maxFrameBytes,
              asyncThreads,
              asyncQueue,
              new Backoff(backoffInitial, backoffMax),
              clientId,
              token,
              new Codec(compressFrom, maxOpenedBytes),
              tracing));
    }
  }
}
