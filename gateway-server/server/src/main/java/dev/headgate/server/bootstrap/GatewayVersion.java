package dev.headgate.server.bootstrap;

/** The gateway's own version. */
public final class GatewayVersion {
  private GatewayVersion() {}

  /** As the jar's manifest has it; {@code development} when it runs from classes. */
  public static String current() {
    String version = GatewayVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
