package dev.headgate.server.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP port for operators and their tools: {@code /metrics}, {@code /health}, {@code /ready},
 * {@code /reload}.
 *
 * <p>It has few threads of its own and a bounded queue; a client that does not send its request, or
 * does not read its answer, is cut off after some seconds. So whatever happens here, messages are
 * not held up. Started once, closed once.
 */
public final class OperatorHttp implements AutoCloseable {
  private static final int THREADS = 8;
  private static final int WAITING = 64;
  private static final int BACKLOG = 64;

  private final OperatorHttpConfig config;
  private final HttpHandler metrics;
  private final StateHandler health;
  private final StateHandler ready;
  private final ReloadHandler reload;
  private final ThreadPoolExecutor threads = threads();
  private @Nullable HttpServer server;

  /**
   * For a node.
   *
   * @param node its name
   * @param metrics answers {@code /metrics}
   * @param reloading answers {@code /reload}
   */
  public OperatorHttp(
      OperatorHttpConfig config,
      String node,
      Health health,
      Readiness readiness,
      HttpHandler metrics,
      Reloading reloading) {
    this.reload = new ReloadHandler(reloading);
    this.config = config;
    this.metrics = metrics;
    this.health = new StateHandler("/health", "healthy", node, cluster -> List.of(health.check()));
    this.ready =
        new StateHandler(
            "/ready",
            "ready",
            node,
            cluster ->
                cluster == null || readiness.knows(cluster) ? readiness.checks(cluster) : null);
  }

  /** Binds the port; returns the address, with the real port where 0 was configured. */
  public synchronized InetSocketAddress start() throws IOException {
    // The JDK's server has no other way to be told; it reads them once, and without them it would
    // wait for a request or a reader for ever.
    limit("sun.net.httpserver.maxReqTime", "10");
    limit("sun.net.httpserver.maxRspTime", "30");
    HttpServer starting =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByName(config.host()), config.port()), BACKLOG);
    server = starting;
    starting.setExecutor(threads);
    starting.createContext("/metrics", metrics);
    starting.createContext("/health", health);
    starting.createContext("/ready", ready);
    starting.createContext("/reload", reload);
    starting.start();
    return starting.getAddress();
  }

  private static void limit(String property, String seconds) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, seconds);
    }
  }

  /** Closes the port; answers under way are cut off. Repeating it is harmless. */
  @Override
  public synchronized void close() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
    threads.shutdownNow();
  }

  private static ThreadPoolExecutor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, "headgate-http");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
