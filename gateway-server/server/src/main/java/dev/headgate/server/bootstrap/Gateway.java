package dev.headgate.server.bootstrap;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.server.admin.EngineAdmin;
import dev.headgate.server.admin.NodeDrain;
import dev.headgate.server.config.ConfigSource;
import dev.headgate.server.config.GatewayConfig;
import dev.headgate.server.consume.ConsumeService.Node;
import dev.headgate.server.consume.LeaseSigner;
import dev.headgate.server.consume.SubscriptionRegistry;
import dev.headgate.server.deadletter.EngineDeadLetters;
import dev.headgate.server.http.Health;
import dev.headgate.server.http.OperatorHttp;
import dev.headgate.server.http.OperatorHttpConfig;
import dev.headgate.server.http.PrometheusExport;
import dev.headgate.server.http.Readiness;
import dev.headgate.server.http.Reloading;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.plugin.Engines;
import dev.headgate.server.plugin.PluginException;
import dev.headgate.server.plugin.Plugins;
import dev.headgate.server.produce.ProducePipeline;
import dev.headgate.server.produce.transaction.Transactions;
import dev.headgate.server.routing.DerivedTopicAppend;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.thrift.NodeIdentity;
import dev.headgate.server.thrift.ThriftEdge;
import dev.headgate.server.thrift.ThriftServices;
import dev.headgate.server.time.ScheduledTimer;
import dev.headgate.server.token.TokenSigner;
import dev.headgate.server.trace.MessageTrace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway node. Starts in the order engines, routes, core, edge, so that nobody is let in
 * before he can be served; stops with a drain (D21), then edge, engines. A cluster that cannot be
 * reached does not keep the node from starting. Thread-safe.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /** Past the grace time: for commits, and for leaving the groups. */
  private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(10);

  private static final Duration METRICS_SWEEP = Duration.ofMinutes(1);

  private final GatewayConfig config;
  private final ScheduledThreadPoolExecutor scheduler;
  private final Engines engines;
  private final Configuration configuration;
  private volatile Node self;
  private final GatewayMetrics metrics;
  private final MessageTrace trace;
  private final NodeDrain nodeDrain;
  private final ThriftEdge edge;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final InetSocketAddress address;
  private final @Nullable OperatorHttp http;
  private final @Nullable InetSocketAddress httpAddress;
  private volatile @Nullable InetSocketAddress listening;

  private Gateway(GatewayConfig config, ConfigSource source, Plugins plugins)
      throws StartException {
    this.config = config;
    this.metrics = new GatewayMetrics(new MetricRegistry(), config.metrics());
    byte[] secret = LeaseSecret.load(config.node());
    this.scheduler = scheduler();
    ScheduledTimer timer = new ScheduledTimer(scheduler);
    try {
      this.engines =
          Engines.open(
              config.clusters(),
              plugins,
              new EngineContext(config.node().name(), timer, scheduler));
    } catch (PluginException e) {
      scheduler.shutdownNow();
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    this.trace =
        MessageTrace.of(config.tracing(), config.node().name(), GatewayVersion.current(), timer);
    this.self = node(config.listen().port());
    this.configuration = new Configuration(config, source, engines.byCluster());
    TopicRouting routing = new TopicRouting(configuration::routes);
    TopicCreation creation = new TopicCreation();
    TokenSigner tokens = new TokenSigner(secret);
    ProducePipeline produce =
        new ProducePipeline(routing, creation, engines.byCluster(), tokens, timer, metrics, trace);
    Transactions transactions =
        new Transactions(produce, routing, engines.byCluster(), tokens, timer, metrics);
    SubscriptionRegistry consume =
        new SubscriptionRegistry(
            routing,
            creation,
            config.consume(),
            timer,
            new LeaseSigner(secret),
            metrics,
            trace,
            () -> self);
    configuration.onChange(consume::routesChanged);
    this.nodeDrain =
        new NodeDrain(produce, transactions, consume, timer, config.node().stopGrace());
    metrics.node(config.node().name(), GatewayVersion.current(), nodeDrain::begun);
    engines
        .byCluster()
        .forEach((name, engine) -> metrics.cluster(name, () -> engine.health().reachable()));
    forgetIdleMetrics(timer);
    EngineAdmin admin =
        new EngineAdmin(engines.byCluster(), routing, consume, nodeDrain, configuration::yaml);
    EngineDeadLetters letters =
        new EngineDeadLetters(
            engines.byCluster(),
            routing,
            new DerivedTopicAppend(creation),
            consume::lookForRetries,
            timer);
    this.edge =
        new ThriftEdge(
            config.listen(),
            new ThriftServices(produce, transactions, consume, admin, letters),
            new NodeIdentity(config.node().name(), GatewayVersion.current()),
            metrics);
    this.http = config.admin().enabled() ? operatorHttp(timer) : null;
    this.httpAddress = http == null ? null : openHttp(http);
    this.address = listen();
    this.self = node(address.getPort());
    this.listening = address;
  }

  /**
   * Starts a node whose configuration stays as it is; returns when it listens.
   *
   * @throws StartException as {@link #start(GatewayConfig, ConfigSource, Plugins)}
   */
  public static Gateway start(GatewayConfig config, Plugins plugins) throws StartException {
    return start(config, () -> config, plugins);
  }

  /**
   * Starts a node; returns when it listens.
   *
   * @param source where a reload finds the configuration
   * @throws StartException when the port is taken, an engine plug-in is missing or refuses its
   *     settings, or the lease secret cannot be read or made
   */
  public static Gateway start(GatewayConfig config, ConfigSource source, Plugins plugins)
      throws StartException {
    long begin = System.nanoTime();
    plugins.faults().forEach((folder, fault) -> log.warn("plug-in {} left out: {}", folder, fault));
    Gateway gateway = new Gateway(config, source, plugins);
    for (Map.Entry<String, Engine> entry : gateway.engines.byCluster().entrySet()) {
      log.info("cluster {}: engine {}", entry.getKey(), entry.getValue().name());
    }
    log.info(
        "node {} listens on {}, started in {} ms",
        config.node().name(),
        gateway.self.address(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    InetSocketAddress http = gateway.httpAddress;
    if (http != null) {
      log.info(
          "metrics, health and readiness at http://{}:{}", http.getHostString(), http.getPort());
    }
    return gateway;
  }

  /**
   * Takes the configuration in anew. One that cannot be used is refused and logged with its faults,
   * and the one in force stays.
   */
  public Reloading.Answer reload() {
    return configuration.reload();
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return address;
  }

  /** Where operators look, with the real port; null when that port is not configured. */
  public @Nullable InetSocketAddress httpAddress() {
    return httpAddress;
  }

  /** Where clients are told to reach it, {@code host:port}. */
  public String advertised() {
    return self.address();
  }

  /** Its metrics. */
  public GatewayMetrics metrics() {
    return metrics;
  }

  /** The engines, by cluster; owned by this gateway. */
  public Map<String, Engine> engines() {
    return engines.byCluster();
  }

  /** Drains with the configured grace time, then stops. Blocks; repeating it is harmless. */
  @Override
  public void close() {
    close(config.node().stopGrace());
  }

  /** Drains with that grace time, then stops. Blocks; repeating it is harmless. */
  public void close(Duration grace) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    awaitDrain(grace);
    edge.close();
    listening = null;
    closeRest();
    log.info("node {} stopped", config.node().name());
  }

  private void awaitDrain(Duration grace) {
    try {
      nodeDrain
          .drain(grace)
          .toCompletableFuture()
          .get(grace.plus(LEAVE_PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      log.warn("drain failed; open leases will be delivered again", e.getCause());
    } catch (TimeoutException e) {
      log.warn("leaving the groups takes too long; going on without");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private InetSocketAddress listen() throws StartException {
    try {
      return edge.start();
    } catch (IOException e) {
      throw cannotBind("listen", config.listen().host(), config.listen().port(), e);
    }
  }

  private void forgetIdleMetrics(ScheduledTimer timer) {
    timer.after(METRICS_SWEEP, () -> forgetIdleMetrics(timer));
    metrics.forgetIdle(timer.monotonicMillis());
  }

  private OperatorHttp operatorHttp(ScheduledTimer timer) {
    return new OperatorHttp(
        config.admin(),
        config.node().name(),
        new Health(timer),
        new Readiness(() -> listening, nodeDrain::begun, engines.byCluster()),
        PrometheusExport.handler(metrics),
        configuration);
  }

  private InetSocketAddress openHttp(OperatorHttp opening) throws StartException {
    try {
      return opening.start();
    } catch (IOException e) {
      OperatorHttpConfig admin = config.admin();
      throw cannotBind("admin", admin.host(), admin.port(), e);
    }
  }

  /** Closes what is open already, and tells which port could not be opened. */
  private StartException cannotBind(String section, String host, int port, IOException e) {
    edge.close();
    closeRest();
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new StartException(
        "%s: %s:%d cannot be bound: %s (expected: a free port of this machine)"
            .formatted(section, host, port, cause.getMessage()),
        e);
  }

  private void closeRest() {
    engines.close();
    scheduler.shutdownNow();
    trace.close();
    if (http != null) {
      http.close();
    }
  }

  private Node node(int port) {
    String advertise = config.node().advertise();
    return new Node(
        config.node().name(),
        advertise.isEmpty() ? reachable(config.listen().host()) + ":" + port : advertise,
        0);
  }

  /** A wildcard is no address that a client can use. */
  private String reachable(String host) {
    return switch (host) {
      case "0.0.0.0", "::", "[::]" -> config.node().name();
      default -> host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    };
  }

  private static ScheduledThreadPoolExecutor scheduler() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "headgate-timer");
              thread.setDaemon(true);
              return thread;
            });
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }
}
