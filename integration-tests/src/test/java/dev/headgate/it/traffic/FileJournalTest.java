package dev.headgate.it.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.it.checker.DeliveryEvent;
import dev.headgate.it.checker.DeliveryEvent.Settlement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
  @TempDir Path directory;

  @Test
  void readsTheLastWordOnEachDelivery() throws IOException {
    Path file = directory.resolve("journal");
    DeliveryEvent arrived = new DeliveryEvent("v", "id", 2, 10, 99, null, Settlement.NONE);
    DeliveryEvent settled = new DeliveryEvent("v", "id", 2, 10, 99, 12L, Settlement.ACKED);
    DeliveryEvent open = new DeliveryEvent("w", "id2", 1, 11, 99, null, Settlement.NONE);
    try (FileJournal journal = new FileJournal(file)) {
      journal.arrived(List.of(arrived, open));
      journal.settled(List.of(settled));
    }

    assertThat(FileJournal.read(file)).containsExactly(settled, open);
  }

  @Test
  void aLineThatAKillCutShortIsLeftOut() throws IOException {
    Path file = directory.resolve("journal");
    DeliveryEvent whole = new DeliveryEvent("v", "id", 1, 10, 99, null, Settlement.NONE);
    try (FileJournal journal = new FileJournal(file)) {
      journal.arrived(List.of(whole));
    }
    Files.writeString(file, "w\tid2\t1", StandardOpenOption.APPEND);

    assertThat(FileJournal.read(file)).containsExactly(whole);
  }
}
