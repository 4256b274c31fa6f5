package dev.headgate.it.harness;

import dev.headgate.idl.admin.Admin;
import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.NackEntry;
import dev.headgate.idl.gateway.NackRequest;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.idl.gateway.SendResult;
import dev.headgate.idl.gateway.SettleResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TMultiplexedProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransportException;
import org.apache.thrift.transport.layered.TFramedTransport;

/**
 * A bare connection to the gateway: generated stubs, nothing retried, nothing hidden. One thread at
 * a time; a call blocks for at most the socket's timeout.
 */
public final class Wire implements AutoCloseable {
  private static final int MAX_FRAME = 64 << 20;
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(40);

  private final TSocket socket;
  private final Produce.Client produce;
  private final Consume.Client consume;
  private final Admin.Client admin;

  private Wire(TSocket socket, TProtocol protocol) {
    this.socket = socket;
    produce = new Produce.Client(new TMultiplexedProtocol(protocol, "Produce"));
    consume = new Consume.Client(new TMultiplexedProtocol(protocol, "Consume"));
    admin = new Admin.Client(new TMultiplexedProtocol(protocol, "Admin"));
  }

  /** Connects with the binary protocol. */
  public static Wire connect(int port) throws TTransportException {
    TSocket socket = open(port);
    return new Wire(socket, new TBinaryProtocol(new TFramedTransport(socket, MAX_FRAME)));
  }

  /** Connects with the compact protocol. */
  public static Wire connectCompact(int port) throws TTransportException {
    TSocket socket = open(port);
    return new Wire(socket, new TCompactProtocol(new TFramedTransport(socket, MAX_FRAME)));
  }

  private static TSocket open(int port) throws TTransportException {
    TConfiguration limits = new TConfiguration(2 * MAX_FRAME, MAX_FRAME, 64);
    TSocket socket = new TSocket(limits, "127.0.0.1", port, (int) SOCKET_TIMEOUT.toMillis(), 2_000);
    socket.open();
    return socket;
  }

  /** How long a call may block, from the next one on. */
  public Wire timeout(Duration timeout) {
    socket.setSocketTimeout((int) timeout.toMillis());
    return this;
  }

  /** The service of senders. */
  public Produce.Client produce() {
    return produce;
  }

  /** The service of receivers. */
  public Consume.Client consume() {
    return consume;
  }

  /** The service of operators. */
  public Admin.Client admin() {
    return admin;
  }

  /** A context with a deadline. */
  public static CallContext within(Duration timeout) {
    return new CallContext().setTimeoutMillis(timeout.toMillis());
  }

  /** Sends one message within 10 s. */
  public SendResult send(String topic, Message message) throws TException {
    return produce.send(
        new SendRequest()
            .setContext(within(Duration.ofSeconds(10)))
            .setTopic(topic)
            .setMessage(message));
  }

  /** One receive, with the group's lease. */
  public List<Delivery> receive(String topic, String group, int max, Duration wait)
      throws TException {
    return consume.receive(receiveRequest(topic, group, max, wait)).getDeliveries();
  }

  /** One receive with a lease of its own. */
  public List<Delivery> receive(String topic, String group, int max, Duration wait, Duration lease)
      throws TException {
    return consume
        .receive(receiveRequest(topic, group, max, wait).setLeaseMillis(lease.toMillis()))
        .getDeliveries();
  }

  /** A request with a deadline that leaves room for the wait. */
  public static ReceiveRequest receiveRequest(String topic, String group, int max, Duration wait) {
    return new ReceiveRequest()
        .setContext(within(wait.plusSeconds(10)))
        .setTopic(topic)
        .setGroup(group)
        .setMaxMessages(max)
        .setWaitMillis(wait.toMillis());
  }

  /** Receives until so many have come, or the time has passed; does not settle. */
  public List<Delivery> receiveAll(String topic, String group, int count, Duration limit)
      throws TException {
    List<Delivery> all = new ArrayList<>();
    long deadline = System.nanoTime() + limit.toNanos();
    while (all.size() < count && System.nanoTime() - deadline < 0) {
      all.addAll(receive(topic, group, count - all.size(), Duration.ofMillis(500)));
    }
    return all;
  }

  /** Acknowledges; the answers are in the order of the deliveries. */
  public List<SettleResult> ack(List<Delivery> deliveries) throws TException {
    List<ByteBuffer> leases = deliveries.stream().map(Delivery::bufferForLease).toList();
    return consume
        .ack(new AckRequest().setContext(within(Duration.ofSeconds(10))).setLeases(leases))
        .getResults();
  }

  /** Acknowledges one. */
  public SettleResult ack(Delivery delivery) throws TException {
    return ack(List.of(delivery)).get(0);
  }

  /** Gives one back, to come again after the delay. */
  public SettleResult nack(Delivery delivery, Duration delay, String reason) throws TException {
    NackEntry entry = new NackEntry().setDelayMillis(delay.toMillis()).setReason(reason);
    entry.setLease(delivery.bufferForLease());
    return consume
        .nack(
            new NackRequest().setContext(within(Duration.ofSeconds(10))).setEntries(List.of(entry)))
        .getResults()
        .get(0);
  }

  @Override
  public void close() {
    socket.close();
  }
}
