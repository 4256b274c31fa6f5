package dev.headgate.client;

/**
 * The stable error codes, the same for every engine. Numbers below 100 are the client's own and
 * never come over the wire; {@link HeadgateException#codeNumber()} keeps the number of a code that
 * this client does not know.
 */
public enum ErrorCode {
  /** A code of a newer contract. */
  UNRECOGNIZED(0),
  /** No gateway node could be reached, or the connection broke before the answer came. */
  GATEWAY_UNREACHABLE(1),
  /** What came back is not an answer of this contract. */
  BAD_REPLY(2),
  /** The calling thread was interrupted. */
  INTERRUPTED(3),
  /** The client is closed. */
  CLIENT_CLOSED(4),
  /** The client's own bound (connections, queued sends) is spent. */
  CLIENT_OVERLOADED(5),
  /** A field is missing, malformed or outside its limits. */
  INVALID_ARGUMENT(100),
  /** No route, or no topic on the engine, has this name. */
  UNKNOWN_TOPIC(101),
  /** The group may not be created on demand and does not exist. */
  UNKNOWN_GROUP(102),
  /** Body, key and headers together are larger than the topic allows. */
  MESSAGE_TOO_LARGE(103),
  /** The caller's identity may not do this on this topic or group. */
  PERMISSION_DENIED(104),
  /** No identity, or one that could not be proven. */
  UNAUTHENTICATED(105),
  /** The engine behind the topic cannot do this. */
  UNSUPPORTED(106),
  /** The call contradicts the state of its object. */
  FAILED_PRECONDITION(107),
  /** The object to be created exists already. */
  ALREADY_EXISTS(108),
  /** The object named by the call does not exist or is settled. */
  NOT_FOUND(109),
  /** Over a quota of tenant or topic. */
  QUOTA_EXCEEDED(200),
  /** The gateway's own bound is spent. */
  OVERLOADED(201),
  /** The engine cannot be reached or has no writable partition. */
  ENGINE_UNAVAILABLE(300),
  /** The node is draining or stopping; another one serves. */
  DRAINING(301),
  /** The call's deadline has passed. The outcome says whether the work may have been done. */
  DEADLINE_EXCEEDED(302),
  /** Stored, perhaps, at less than the asked durability, or the engine's answer was lost. */
  STORE_UNCERTAIN(303),
  /** An epoch, lease or ownership has moved on. */
  FENCED(304),
  /** A defect of the gateway or its engine adapter. */
  INTERNAL(400);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** The stable number. */
  public int number() {
    return number;
  }

  /** The code of a number, or {@link #UNRECOGNIZED}. */
  public static ErrorCode of(int number) {
    for (ErrorCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return UNRECOGNIZED;
  }
}
