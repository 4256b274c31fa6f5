package dev.headgate.it;

import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.thrift.transport.TTransportException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test through the shared gateway, with a topic and a group that no other test uses. */
@ExtendWith(SharedGatewayExtension.class)
@Timeout(90)
abstract class ThroughGateway {
  /** Long enough for a new group to be given its partitions on a busy machine. */
  static final Duration SOON = Duration.ofSeconds(20);

  /** Long enough to see that nothing comes. */
  static final Duration QUIET = Duration.ofMillis(1_500);

  private final List<Wire> wires = new ArrayList<>();
  private final String unique = UUID.randomUUID().toString().substring(0, 8);

  SharedGateway shared;
  Wire wire;
  String topic;
  String group;

  @BeforeEach
  void connect(SharedGateway shared) throws TTransportException {
    this.shared = shared;
    topic = unique("x");
    group = unique("group");
    wire = anotherWire();
  }

  @AfterEach
  void disconnect() {
    wires.forEach(Wire::close);
  }

  /** A name that no other test uses; the prefix chooses the configuration's rules. */
  final String unique(String prefix) {
    return prefix + "-" + unique;
  }

  /** A connection that is closed after the test. */
  final Wire anotherWire() throws TTransportException {
    Wire another = Wire.connect(shared.gateway().port());
    wires.add(another);
    return another;
  }
}
