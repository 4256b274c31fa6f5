package dev.headgate.launcher;

import dev.headgate.client.ErrorCode;
import dev.headgate.client.HeadgateException;
import dev.headgate.client.Outcome;

/** Turns a failed call into what a person reads and a script decides by. */
final class Failures {
  private Failures() {}

  static CommandException of(HeadgateException failure, String address) {
    return new CommandException(exitCode(failure), text(failure, address), failure);
  }

  static int exitCode(HeadgateException failure) {
    if (failure.outcome() == Outcome.UNKNOWN) {
      return ExitCode.UNKNOWN_OUTCOME;
    }
    return switch (failure.category()) {
      case CALLER -> ExitCode.REFUSED;
      case LIMIT, AVAILABILITY -> ExitCode.UNAVAILABLE;
      default -> ExitCode.FAILED;
    };
  }

  static String text(HeadgateException failure, String address) {
    ErrorCode code = failure.code();
    if (code == ErrorCode.GATEWAY_UNREACHABLE && failure.outcome() == Outcome.NOT_APPLIED) {
      return "no gateway answers at "
          + address
          + "\n  start one with './headgate dev', or name another with --address HOST:PORT";
    }
    String text = code.name() + ": " + failure.getMessage();
    return switch (code) {
      case UNKNOWN_TOPIC ->
          text + "\n  './headgate topics' lists topics, './headgate topics create NAME' makes one";
      case STORE_UNCERTAIN, DEADLINE_EXCEEDED, GATEWAY_UNREACHABLE ->
          failure.outcome() == Outcome.UNKNOWN
              ? text + "\n  it may have been stored: sending again may make a duplicate"
              : text;
      default -> text;
    };
  }
}
