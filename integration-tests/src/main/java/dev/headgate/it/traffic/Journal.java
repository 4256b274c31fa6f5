package dev.headgate.it.traffic;

import dev.headgate.it.checker.DeliveryEvent;
import dev.headgate.it.checker.History;
import java.util.List;

/** Where a receiver writes what it saw, before and after it settles. Called by its thread alone. */
public interface Journal {
  /** Deliveries have arrived; they are not settled yet. On return they are written. */
  void arrived(List<DeliveryEvent> deliveries);

  /** The same deliveries, with what became of them. */
  void settled(List<DeliveryEvent> deliveries);

  /** For a receiver in the process of the checker. */
  static Journal into(History history) {
    return new Journal() {
      @Override
      public void arrived(List<DeliveryEvent> deliveries) {}

      @Override
      public void settled(List<DeliveryEvent> deliveries) {
        deliveries.forEach(history::record);
      }
    };
  }
}
