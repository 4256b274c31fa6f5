package dev.headgate.engine.memory;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.memory.TransactionalEngine.Flaw;
import java.util.List;
import java.util.function.UnaryOperator;

/** A way to break a good engine, and the tests of the kit that must notice it. */
enum Breakage {
  NOTHING(engine -> new TransactionalEngine(engine, Flaw.NOTHING)),
  LOSES_A_MESSAGE(
      BrokenAppends::losingEveryTenth,
      "D1_acknowledgedMessagesAreDeliveredAndNothingElse",
      "D1_everyGroupGetsEveryMessage"),
  STORES_A_MESSAGE_TWICE(
      BrokenAppends::storingTwice,
      "D1_acknowledgedMessagesAreDeliveredAndNothingElse",
      "D6_messagesOfOneKeyKeepTheirOrder"),
  IGNORES_DEADLINES(BrokenAppends::ignoringDeadlines, "D3_appendPastItsDeadlineStoresNothing"),
  IGNORES_KEYS(
      BrokenAppends::ignoringKeys,
      "D6_messagesOfOneKeyLieInOnePartition",
      "D5_keyOfArbitraryBytesArrives"),
  TAKES_BODIES_FOR_TEXT(
      BrokenAppends::takingBodiesForText, "D5_bodyWithEveryByteArrives", "D5_largestBodyArrives"),
  KEEPS_HEADERS_IN_A_MAP(
      BrokenAppends::keepingHeadersInAMap,
      "D5_headersKeepOrderAndDuplicates",
      "D5_nullHeaderValueIsNotAnEmptyOne"),
  CALLS_EVERY_FAILURE_A_DEFECT(
      BrokenAppends::callingEveryFailureADefect,
      "D4_badTopicAmongConcurrentAppendsFailsAlone",
      "D5_bodyOverTheLimitIsRefusedAndTheNextOneTaken"),
  DELIVERS_AT_ONCE(
      BrokenAppends::deliveringAtOnce,
      "D30_delayedMessageIsNeverEarlyAndSeldomLate",
      "D30_delayedMessageHoldsBackNoOther"),
  READS_BACKWARDS(
      BrokenPartitions::readingBackwards,
      "fetchReturnsWhatIsThereInOrder",
      "D6_messagesOfOneKeyKeepTheirOrder",
      "D6_concurrentAppendsOfManyKeysKeepTheOrderOfEachKey"),
  IGNORES_THE_BYTE_BUDGET(
      BrokenPartitions::ignoringBytes, "D22_fetchKeepsToItsBytesAndReturnsOneMessageAtLeast"),
  SLEEPS_THROUGH_APPENDS(
      BrokenPartitions::sleepingThroughAppends, "fetchThatParksWhileAMessageArrivesIsWoken"),
  COMMITS_NOTHING(
      BrokenPartitions::committingNothing,
      "D11_committedPositionSurvivesReopeningOfTheReader",
      "D11_lagCountsWhatIsNotSettled",
      "D20_ownerCanCommitWhileItsPartitionIsRevoked"),
  NEVER_FENCES(
      BrokenPartitions::neverFencing,
      "D20_partitionThatMovedRefusesItsOldOwner",
      "D20_partitionThatCameBackRefusesItsOldEpoch",
      "D20_parkedFetchIsFencedWhenItsPartitionIsRevoked"),
  FORGETS_EPOCHS(BrokenPartitions::forgettingEpochs, "D20_partitionThatCameBackRefusesItsOldEpoch"),
  SHARES_NOTHING(
      BrokenEngines::sharingNothing,
      "D10_twoMembersShareThePartitions",
      "D10_partitionOfAnOrderedTopicNeverHasTwoOwners"),
  LEAVES_WITHOUT_A_WORD(
      BrokenEngines::leavingWithoutAWord,
      "D20_leaveIsToldOnceAndCanBeRepeated",
      "D20_closedReaderIsToldOfTheEndOfEachPartition"),
  TELLS_OF_THE_END_TWICE(
      BrokenEngines::tellingOfTheEndTwice, "D20_leaveIsToldOnceAndCanBeRepeated"),
  NEVER_CLOSES(
      BrokenEngines::neverClosing,
      "appendToAClosedEngineIsRefused",
      "closeEndsParkedFetchesAndPartitions"),
  SHOWS_HALF_MESSAGES(
      engine -> new TransactionalEngine(engine, Flaw.SHOWS_HALF_MESSAGES),
      "D31_halfMessageIsSeenWhenItIsCommittedAndNotBefore",
      "D31_rolledBackMessageNeverComes"),
  COMMITS_WHAT_IS_ROLLED_BACK(
      engine -> new TransactionalEngine(engine, Flaw.COMMITS_WHAT_IS_ROLLED_BACK),
      "D31_rolledBackMessageNeverComes"),
  NEVER_ASKS(
      engine -> new TransactionalEngine(engine, Flaw.NEVER_ASKS), "D31_silentProducerIsAsked"),
  CLAIMS_TRANSACTIONS(
      engine -> BrokenEngines.claiming(engine, Capability.TRANSACTIONS),
      "D40_facetsArePresentExactlyWhenClaimed"),
  CLAIMS_FILTER_EXPRESSIONS(
      engine -> BrokenEngines.claiming(engine, Capability.FILTER_EXPRESSION),
      "D25_onlyMessagesThatTheExpressionSelectsCome"),
  HIDES_THAT_IT_DELAYS(
      engine -> BrokenEngines.hiding(engine, Capability.DELAY),
      "D40_unclaimedDelayIsRefusedBeforeAnythingIsStored",
      "D40_facetsArePresentExactlyWhenClaimed"),
  HIDES_THAT_IT_CANCELS(
      engine -> BrokenEngines.hiding(engine, Capability.CANCEL_DELAY),
      "D40_facetsArePresentExactlyWhenClaimed"),
  HIDES_THAT_IT_SEEKS(
      engine -> BrokenEngines.hiding(engine, Capability.SEEK), "D40_unclaimedSeekIsRefused"),
  HIDES_THAT_IT_IS_A_LOG(
      engine -> BrokenEngines.hiding(engine, Capability.LOG),
      "D40_readersAreOfTheKindThatIsClaimed",
      "D40_engineHasReadersThatThisKitCanCertify"),
  HIDES_THAT_IT_ORDERS(
      engine -> BrokenEngines.hiding(engine, Capability.ORDERED), "D40_unclaimedOrderIsRefused");

  private final UnaryOperator<Engine> breaking;
  private final List<String> caughtBy;

  Breakage(UnaryOperator<Engine> breaking, String... caughtBy) {
    this.breaking = breaking;
    this.caughtBy = List.of(caughtBy);
  }

  Engine broken(Engine good) {
    return breaking.apply(good);
  }

  List<String> caughtBy() {
    return caughtBy;
  }
}
