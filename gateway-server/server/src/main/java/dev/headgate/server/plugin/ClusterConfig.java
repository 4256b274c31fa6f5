package dev.headgate.server.plugin;

import java.util.Map;

/**
 * One entry of {@code clusters}: a broker cluster and the adapter that speaks to it.
 *
 * @param name by which {@code topics} refer to it
 * @param engine the adapter's name, such as {@code rocketmq}
 * @param dataCentre where it stands; empty when not said
 * @param settings what the adapter reads, flat, as text
 * @param where it stands, {@code headgate.yaml:17}, for errors; empty for nowhere
 */
public record ClusterConfig(
    String name, String engine, String dataCentre, Map<String, String> settings, String where) {
  /** Copies the settings. */
  public ClusterConfig {
    settings = Map.copyOf(settings);
  }

  /** A cluster that stands in no file. */
  public static ClusterConfig of(String name, String engine, Map<String, String> settings) {
    return new ClusterConfig(name, engine, "", settings, "");
  }
}
