package dev.headgate.it.bench;

import java.util.ArrayList;
import java.util.List;

/** The words of a load generator's command line, put together. */
final class Params {
  private final List<String> words = new ArrayList<>();

  /**
   * The same for RocketMQ's gRPC proxy: its client and itself take longer until their code is
   * compiled, and it is not to be measured before.
   */
  static Params ofGrpc(Run run, String topic) {
    return new Params()
        .with("topic", topic)
        .with("bytes", Run.BODY_BYTES)
        .with("warmupSeconds", run.options().grpcWarmUpSeconds())
        .with("seconds", run.options().seconds());
  }

  /** Begins with the topic and the lengths of the stretches that the run asks for. */
  static Params of(Run run, String topic) {
    return new Params()
        .with("topic", topic)
        .with("bytes", Run.BODY_BYTES)
        .with("warmupSeconds", run.options().warmUpSeconds())
        .with("seconds", run.options().seconds());
  }

  Params with(String name, Object value) {
    words.add(name + "=" + value);
    return this;
  }

  List<String> words() {
    return List.copyOf(words);
  }
}
