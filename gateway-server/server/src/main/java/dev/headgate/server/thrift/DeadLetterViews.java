package dev.headgate.server.thrift;

import dev.headgate.idl.admin.BrowseDeadLettersResult;
import dev.headgate.idl.admin.DeadLetter;
import dev.headgate.idl.admin.DeadLetterSelection;
import dev.headgate.idl.admin.DeadLettersResult;
import dev.headgate.server.deadletter.DeadLetterService;
import java.util.List;

/** Dead letters between the contract and the core. */
final class DeadLetterViews {
  private DeadLetterViews() {}

  static DeadLetterService.Selection toSelection(DeadLetterSelection request) {
    List<String> ids = request.getIds();
    return new DeadLetterService.Selection(
        request.getGroup(),
        request.getTopic(),
        ids == null ? null : List.copyOf(Arguments.entries("ids", ids)));
  }

  static BrowseDeadLettersResult toResult(DeadLetterService.Page page) {
    BrowseDeadLettersResult result =
        new BrowseDeadLettersResult(page.letters().stream().map(DeadLetterViews::toIdl).toList());
    result.setNextPage(page.next());
    return result;
  }

  private static DeadLetter toIdl(dev.headgate.server.deadletter.DeadLetter letter) {
    DeadLetter result =
        new DeadLetter(
            letter.id(),
            letter.message().id(),
            letter.topic(),
            letter.attempts(),
            letter.deadAt().toEpochMilli(),
            Messages.toIdl(letter.message()));
    result.setReason(letter.reason());
    result.setOrigin(letter.origin());
    return result;
  }

  static DeadLettersResult toResult(DeadLetterService.Done done) {
    DeadLettersResult result = new DeadLettersResult(done.count());
    if (done.failed() > 0) {
      result.setFailed(done.failed());
    }
    result.setReason(done.reason());
    if (done.more()) {
      result.setMore(true);
    }
    return result;
  }
}
