package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.idl.admin.Admin;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.metrics.MetricFamily;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TMultiplexedProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.layered.TFramedTransport;

/** An edge on a free port of the loopback with a fake core behind it, and clients of it. */
final class TestEdge implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  final FakeProduce produce = new FakeProduce();
  final FakeTransactions transactions = new FakeTransactions();
  final FakeConsume consume = new FakeConsume();
  final FakeDeadLetters letters = new FakeDeadLetters();
  final FakeAdmin admin = new FakeAdmin(NOW.minusSeconds(90));
  final GatewayMetrics metrics = new GatewayMetrics(new MetricRegistry());
  final ThriftEdge edge;
  final InetSocketAddress address;
  private final List<TTransport> clients = new ArrayList<>();

  TestEdge() throws IOException {
    this(ThriftEdgeConfig.DEFAULT);
  }

  TestEdge(ThriftEdgeConfig config) throws IOException {
    edge =
        new ThriftEdge(
            config.withAddress("127.0.0.1", 0),
            new ThriftServices(produce, transactions, consume, admin, letters),
            new NodeIdentity("n1", "0.0-test"),
            metrics,
            Clock.fixed(NOW, ZoneOffset.UTC));
    address = edge.start();
  }

  Produce.Client produce() throws TException {
    return new Produce.Client(new TMultiplexedProtocol(binary(), "Produce"));
  }

  Consume.Client consume() throws TException {
    return new Consume.Client(new TMultiplexedProtocol(compact(), "Consume"));
  }

  Admin.Client admin() throws TException {
    return new Admin.Client(new TMultiplexedProtocol(binary(), "Admin"));
  }

  TProtocol binary() throws TException {
    return new TBinaryProtocol(framed());
  }

  TProtocol compact() throws TException {
    return new TCompactProtocol(framed());
  }

  private TTransport framed() throws TException {
    TSocket socket =
        new TSocket(
            TConfiguration.DEFAULT, address.getHostString(), address.getPort(), 20_000, 5_000);
    TTransport transport = new TFramedTransport(socket, 64 << 20);
    transport.open();
    clients.add(transport);
    return transport;
  }

  RawPeer raw() throws IOException {
    return new RawPeer(address);
  }

  long refused(Misfit misfit) {
    return metrics.refusedConnections(misfit.reason()).getCount();
  }

  long heldBytes() {
    return (Long)
        Objects.requireNonNull(
                metrics.registry().getGauges().get(MetricFamily.REQUEST_BYTES.exposedName()))
            .getValue();
  }

  /** Closes clients and edge; whatever a test did, no request is held and no connection is open. */
  @Override
  public void close() {
    clients.forEach(TTransport::close);
    produce.finishAll();
    consume.parked.forEach(FakeConsume.Parked::deliver);
    edge.close();
    assertThat(heldBytes()).isZero();
    assertThat(metrics.openConnections().getCount()).isZero();
  }
}
