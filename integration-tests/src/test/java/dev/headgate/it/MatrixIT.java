package dev.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.it.harness.TemporaryFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule D5 between all client languages: what one sends, every one receives as it was. */
@Timeout(600)
class MatrixIT extends ThroughGateway {
  private static final int PARALLEL = 2;
  private static final int NUMBERS = 20;

  private final Map<String, MatrixProgram> programs = new LinkedHashMap<>();
  private TemporaryFolder folder;
  private ExecutorService executor;
  private String address;

  @BeforeEach
  void findPrograms() {
    folder = TemporaryFolder.create("matrix");
    executor = Executors.newFixedThreadPool(PARALLEL);
    address = "127.0.0.1:" + shared.gateway().port();
    Path clients = Path.of("").toAbsolutePath().resolveSibling("client-stubs");
    programs.put("java", new JavaMatrix());
    programs.put("python", MatrixCommand.python(clients, folder.path()));
    programs.put("nodejs", MatrixCommand.nodejs(clients, folder.path()));
    programs.put("cpp", MatrixCommand.cpp(clients, folder.path()));
    programs.put("go", MatrixCommand.go(clients, folder.path()));
  }

  @AfterEach
  void cleanUp() {
    executor.shutdownNow();
    folder.close();
  }

  @Test
  void D5_everyLanguageReceivesWhatEveryLanguageSends() throws Exception {
    List<Step> produce = new ArrayList<>();
    List<Step> consume = new ArrayList<>();
    for (String from : programs.keySet()) {
      String between = unique("x-" + from);
      List<MatrixLine> sent = MatrixMessages.all(from);
      Path in = MatrixLine.write(folder.resolve(from + ".in"), sent);
      produce.add(() -> programs.get(from).produce(address, between, in));
      for (String to : programs.keySet()) {
        Path out = folder.resolve(from + "-" + to + ".out");
        consume.add(
            () -> {
              programs.get(to).consume(address, between, unique(to), sent.size(), out);
              check(from + " to " + to, sent, MatrixLine.read(out));
            });
      }
    }
    run(produce);
    run(consume);
  }

  @Test
  void D19_everyLanguageReceivesEachKeyInTheOrderInWhichItWasSent() throws Exception {
    String ordered = unique("ordered-matrix");
    List<Step> produce = new ArrayList<>();
    List<Step> consume = new ArrayList<>();
    for (String from : programs.keySet()) {
      Path in =
          MatrixLine.write(
              folder.resolve(from + "-ordered.in"), MatrixMessages.ordered(from, NUMBERS));
      produce.add(() -> programs.get(from).produce(address, ordered, in));
    }
    int all = NUMBERS * programs.size();
    for (String to : programs.keySet()) {
      Path out = folder.resolve(to + "-ordered.out");
      consume.add(
          () -> {
            programs.get(to).consume(address, ordered, unique(to), all, out);
            checkOrder(to, MatrixLine.read(out));
          });
    }
    run(produce);
    run(consume);
  }

  private static void check(String pair, List<MatrixLine> sent, List<MatrixLine> received) {
    assertThat(received.stream().map(MatrixLine::sent))
        .as(pair)
        .containsExactlyInAnyOrderElementsOf(sent.stream().map(MatrixLine::sent).toList());
    for (MatrixLine line : received) {
      assertThat(line.attempt()).as(pair).isEqualTo(1);
      boolean packed =
          sent.stream().anyMatch(one -> one.compress() && one.body().equals(line.body()));
      if (packed) {
        assertThat(line.encoding()).as(pair).isIn("zstd", "gzip");
      } else {
        assertThat(line.encoding()).as(pair).isNull();
      }
    }
  }

  private void checkOrder(String consumer, List<MatrixLine> received) {
    Map<String, List<Integer>> numbers = new LinkedHashMap<>();
    for (MatrixLine line : received) {
      numbers
          .computeIfAbsent(text(Objects.requireNonNull(line.key())), key -> new ArrayList<>())
          .add(Integer.parseInt(text(line.body())));
    }
    assertThat(numbers).as(consumer).hasSize(programs.size() * MatrixMessages.KEYS);
    numbers.forEach(
        (key, of) ->
            assertThat(of)
                .as(consumer + " of key " + key)
                .hasSize(NUMBERS / MatrixMessages.KEYS)
                .isSorted());
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8);
  }

  /** Runs them, some at a time; fails with the first that does. */
  private void run(List<Step> steps) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (Step step : steps) {
      running.add(
          executor.submit(
              () -> {
                step.run();
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }
}
