package dev.headgate.launcher;

/** Stops a server in order when the process is told to stop, and then exits with 0. */
final class GracefulExit {
  private GracefulExit() {}

  /** Runs {@code stop} at SIGTERM, SIGINT or SIGHUP. */
  static void on(Runnable stop) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.run();
                  // Without it the JVM would exit with 128 + signal, as if it had been killed.
                  Runtime.getRuntime().halt(ExitCode.DONE);
                },
                "graceful-exit"));
  }
}
