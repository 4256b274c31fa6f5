package dev.headgate.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; its text has a line for every fault. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf is serializable; this exception is never serialized.
  private final List<ConfigFault> faults;

  /** At least one fault. */
  ConfigException(String file, List<ConfigFault> faults) {
    super(
        faults.stream()
            .map(
                fault -> file + ":" + (fault.line() > 0 ? fault.line() + ": " : " ") + fault.text())
            .collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  /** In the order of their lines. */
  public List<ConfigFault> faults() {
    return faults;
  }
}
