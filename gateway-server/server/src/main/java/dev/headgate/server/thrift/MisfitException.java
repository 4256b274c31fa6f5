package dev.headgate.server.thrift;

/** Ends a connection for a reason that is counted. Carries no stack trace. */
final class MisfitException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Misfit misfit;

  MisfitException(Misfit misfit) {
    super(misfit.looksLike(), null, false, false);
    this.misfit = misfit;
  }

  Misfit misfit() {
    return misfit;
  }
}
