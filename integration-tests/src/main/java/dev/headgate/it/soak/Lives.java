package dev.headgate.it.soak;

import dev.headgate.it.harness.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a process has used over time, in each of its lives. Not thread-safe. */
final class Lives {
  private final List<List<Sample>> lives = new ArrayList<>(List.of(new ArrayList<>()));

  private record Sample(long anonymousBytes, long threads, long descriptors) {}

  void sample(ChildProcess process) throws IOException {
    if (!process.isAlive()) {
      return;
    }
    lives
        .get(lives.size() - 1)
        .add(
            new Sample(
                process.usage().anonymousBytes(),
                count(process.pid(), "task"),
                count(process.pid(), "fd")));
  }

  /** It has been started anew. */
  void next() {
    lives.add(new ArrayList<>());
  }

  private static long count(long pid, String what) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid), what))) {
      return entries.count();
    }
  }

  /** A line for each life: after a third of it, after two thirds, at its end. */
  void print() {
    for (int i = 0; i < lives.size(); i++) {
      List<Sample> life = lives.get(i);
      if (life.size() < 3) {
        continue;
      }
      Sample early = life.get(life.size() / 3);
      Sample late = life.get(life.size() * 2 / 3);
      Sample last = life.get(life.size() - 1);
      Soak.say(
          "gateway, life %d, %d samples: memory %d -> %d -> %d MiB, threads %d -> %d -> %d, descriptors %d -> %d -> %d"
              .formatted(
                  i + 1,
                  life.size(),
                  early.anonymousBytes() >> 20,
                  late.anonymousBytes() >> 20,
                  last.anonymousBytes() >> 20,
                  early.threads(),
                  late.threads(),
                  last.threads(),
                  early.descriptors(),
                  late.descriptors(),
                  last.descriptors()));
    }
  }
}
