package dev.headgate.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bounded connections of one client to all its addresses. A connection is handed to one
 * borrower at a time; one that broke, timed out or answered nonsense is closed and never handed out
 * again. Thread-safe.
 *
 * <p>Calls stay with one address, at first a random one, until it fails, then move to the next that
 * is not being avoided. When all are, the pool tries them all the same: a fleet that comes back is
 * found at once.
 */
final class ConnectionPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

  private final ClientSettings settings;
  private final List<Endpoint> endpoints;
  private final Map<Lane, Semaphore> permits = new EnumMap<>(Lane.class);
  private final Map<Connection, Lane> inUse = new ConcurrentHashMap<>();
  private final AtomicInteger preferred;
  private volatile boolean closed;

  ConnectionPool(ClientSettings settings) {
    this.settings = settings;
    this.endpoints = settings.addresses().stream().map(Endpoint::new).toList();
    this.preferred = new AtomicInteger(ThreadLocalRandom.current().nextInt(endpoints.size()));
    permits.put(Lane.CALL, new Semaphore(settings.maxConnections(), true));
    permits.put(Lane.POLL, new Semaphore(settings.maxPolls(), true));
  }

  /**
   * A usable connection, idle or new. Blocks until one may be had, at the longest to the deadline.
   *
   * @throws HeadgateException CLIENT_OVERLOADED, GATEWAY_UNREACHABLE, INTERRUPTED or CLIENT_CLOSED;
   *     never applied
   */
  Connection borrow(Lane lane, long deadlineNanos) {
    acquire(lane, deadlineNanos);
    boolean handedOut = false;
    try {
      Connection connection = find(deadlineNanos);
      connection.begin(deadlineNanos);
      inUse.put(connection, lane);
      if (closed) {
        inUse.remove(connection);
        connection.close();
        throw closedFailure();
      }
      handedOut = true;
      return connection;
    } finally {
      if (!handedOut) {
        permit(lane).release();
      }
    }
  }

  /** Takes a connection back; repeating it is harmless. */
  void giveBack(Connection connection, boolean usable) {
    Lane lane = inUse.remove(connection);
    if (lane == null) {
      connection.close();
      return;
    }
    if (usable && !closed && connection.endpoint().idle().size() < settings.maxConnections()) {
      connection.markIdle();
      connection.endpoint().idle().addFirst(connection);
      if (closed) {
        closeIdle();
      }
    } else {
      connection.close();
    }
    permit(lane).release();
  }

  /** Moves new calls to another address for a while. */
  void avoid(Endpoint endpoint) {
    endpoint.failed(System.nanoTime());
    log.debug("avoiding {} for a while", endpoint.address());
  }

  /** Closes what has been idle for long and what blocks past its deadline. Called on a timer. */
  void sweep() {
    long now = System.nanoTime();
    for (Connection connection : inUse.keySet()) {
      if (connection.overdue(now)) {
        connection.close();
      }
    }
    for (Endpoint endpoint : endpoints) {
      Iterator<Connection> idle = endpoint.idle().descendingIterator();
      while (idle.hasNext()) {
        Connection connection = idle.next();
        if (connection.idleNanos(now) > settings.idleTimeout().toNanos()
            && endpoint.idle().removeLastOccurrence(connection)) {
          connection.close();
        }
      }
    }
  }

  int inUse() {
    return inUse.size();
  }

  int idle() {
    return endpoints.stream().mapToInt(endpoint -> endpoint.idle().size()).sum();
  }

  @Override
  public void close() {
    closed = true;
    closeIdle();
    Set.copyOf(inUse.keySet()).forEach(Connection::close);
  }

  private void closeIdle() {
    for (Endpoint endpoint : endpoints) {
      Connection connection = endpoint.idle().pollFirst();
      while (connection != null) {
        connection.close();
        connection = endpoint.idle().pollFirst();
      }
    }
  }

  private Connection find(long deadlineNanos) {
    int first = Math.floorMod(preferred.get(), endpoints.size());
    IOException last = null;
    for (int index : order(first)) {
      Endpoint endpoint = endpoints.get(index);
      try {
        Connection connection = connect(endpoint, deadlineNanos);
        preferred.set(index);
        return connection;
      } catch (IOException e) {
        last = e;
        endpoint.failed(System.nanoTime());
        log.debug("cannot connect to {}", endpoint.address(), e);
      }
      if (Thread.currentThread().isInterrupted()) {
        throw HeadgateException.local(
            ErrorCode.INTERRUPTED, Outcome.NOT_APPLIED, "interrupted while connecting", last);
      }
    }
    throw HeadgateException.local(
        ErrorCode.GATEWAY_UNREACHABLE,
        Outcome.NOT_APPLIED,
        "cannot connect to " + settings.addresses() + ": " + (last == null ? "" : last),
        last);
  }

  /** Indexes from {@code first} on, the avoided ones last. */
  private List<Integer> order(int first) {
    long now = System.nanoTime();
    List<Integer> good = new ArrayList<>(endpoints.size());
    List<Integer> avoided = new ArrayList<>(0);
    for (int i = 0; i < endpoints.size(); i++) {
      int index = (first + i) % endpoints.size();
      (endpoints.get(index).avoided(now) ? avoided : good).add(index);
    }
    good.addAll(avoided);
    return good;
  }

  private Connection connect(Endpoint endpoint, long deadlineNanos) throws IOException {
    Connection idle = endpoint.idle().pollFirst();
    while (idle != null) {
      if (!idle.stale()) {
        return idle;
      }
      idle.close();
      idle = endpoint.idle().pollFirst();
    }
    long left = Math.max(1_000_000, deadlineNanos - System.nanoTime());
    Duration timeout = Duration.ofNanos(Math.min(left, settings.connectTimeout().toNanos()));
    return Connection.open(endpoint, timeout, settings.maxFrameBytes());
  }

  private void acquire(Lane lane, long deadlineNanos) {
    if (closed) {
      throw closedFailure();
    }
    try {
      long wait = deadlineNanos - System.nanoTime();
      if (permit(lane).tryAcquire(Math.max(0, wait), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HeadgateException.local(
          ErrorCode.INTERRUPTED, Outcome.NOT_APPLIED, "interrupted while waiting", e);
    }
    throw HeadgateException.local(
        ErrorCode.CLIENT_OVERLOADED,
        Outcome.NOT_APPLIED,
        "all connections of this client are busy (maxConnections "
            + settings.maxConnections()
            + ", maxPolls "
            + settings.maxPolls()
            + ")",
        null);
  }

  private Semaphore permit(Lane lane) {
    return Objects.requireNonNull(permits.get(lane));
  }

  private static HeadgateException closedFailure() {
    return HeadgateException.local(
        ErrorCode.CLIENT_CLOSED, Outcome.NOT_APPLIED, "the client is closed", null);
  }
}
