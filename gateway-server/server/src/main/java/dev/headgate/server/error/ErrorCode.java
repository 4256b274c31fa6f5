package dev.headgate.server.error;

/**
 * The stable error codes (D41). The same code means the same for every engine. Numbers are those of
 * {@code ErrorCode} in {@code gateway.thrift}; a number is never reused.
 *
 * <p>To choose one: use {@link #INVALID_ARGUMENT} if the same call can never succeed whatever the
 * state of the system, {@link #FAILED_PRECONDITION} if it can succeed once the caller has changed
 * that state, {@link #OVERLOADED} or {@link #ENGINE_UNAVAILABLE} if the caller can just retry this
 * call, and {@link #STORE_UNCERTAIN} whenever the message may have been stored.
 */
public enum ErrorCode {
  /**
   * A field is missing, malformed or outside its limits. The text names the field and the limit.
   */
  INVALID_ARGUMENT(100, Category.CALLER, false),
  /** No route, or no topic on the engine, has this name. */
  UNKNOWN_TOPIC(101, Category.CALLER, false),
  /** The group does not exist and may not be created on demand. */
  UNKNOWN_GROUP(102, Category.CALLER, false),
  /** The message is larger than the topic allows. The text names both sizes (D5). */
  MESSAGE_TOO_LARGE(103, Category.CALLER, false),
  /** The caller's identity may not do this. */
  PERMISSION_DENIED(104, Category.CALLER, false),
  /** No identity, or one that could not be proven. */
  UNAUTHENTICATED(105, Category.CALLER, false),
  /** The engine behind the topic cannot do this. The text names engine and capability (D40). */
  UNSUPPORTED(106, Category.CALLER, false),
  /** The call contradicts the state of its object. */
  FAILED_PRECONDITION(107, Category.CALLER, false),
  /** The object to be created exists already. */
  ALREADY_EXISTS(108, Category.CALLER, false),
  /** The object named by the call does not exist or is settled. */
  NOT_FOUND(109, Category.CALLER, false),
  /** Over a quota of tenant or topic. */
  QUOTA_EXCEEDED(200, Category.LIMIT, true),
  /** A bound of the gateway itself is spent: memory, concurrency, parked receives. */
  OVERLOADED(201, Category.LIMIT, true),
  /** The engine cannot be reached, or has no writable partition; nothing was sent to it. */
  ENGINE_UNAVAILABLE(300, Category.AVAILABILITY, true),
  /** This node is draining; another one can serve. */
  DRAINING(301, Category.AVAILABILITY, true),
  /** The call's deadline has passed (D3). */
  DEADLINE_EXCEEDED(302, Category.AVAILABILITY, true),
  /**
   * The message may have been stored, at less than the durability asked or with its answer lost
   * (D2).
   */
  STORE_UNCERTAIN(303, Category.AVAILABILITY, true),
  /** An epoch, lease or ownership has moved on. */
  FENCED(304, Category.AVAILABILITY, true),
  /**
   * A defect of the gateway or of an engine adapter. The text has a reference for the log, nothing
   * else.
   */
  INTERNAL(400, Category.INTERNAL, false);

  /** Who has to act. */
  public enum Category {
    /** The call is wrong: change it. */
    CALLER,
    /** Over a limit: slow down. */
    LIMIT,
    /** Cannot be served now: retry, perhaps elsewhere. */
    AVAILABILITY,
    /** Broken: tell the platform team. */
    INTERNAL
  }

  private final int number;
  private final Category category;
  private final boolean retryable;

  ErrorCode(int number, Category category, boolean retryable) {
    this.number = number;
    this.category = category;
    this.retryable = retryable;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** Who has to act. */
  public Category category() {
    return category;
  }

  /** Whether the same call may succeed later. */
  public boolean retryable() {
    return retryable;
  }
}
