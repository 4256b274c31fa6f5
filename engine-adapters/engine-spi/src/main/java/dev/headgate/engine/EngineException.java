package dev.headgate.engine;

import org.jspecify.annotations.Nullable;

/**
 * How an engine fails. Every stage that an engine returns fails with this type and no other; the
 * gateway maps the kind to its own code (D41). The text is for the caller: it says what happened,
 * and to which topic; it holds no stack trace, no address and no class name.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** The engine has no such topic. Nothing was stored. */
    UNKNOWN_TOPIC,
    /** The engine's own limit on a message was passed. Nothing was stored. */
    MESSAGE_TOO_LARGE,
    /** The request is one that the engine can never accept. Nothing was stored. */
    INVALID_ARGUMENT,
    /** The engine lacks the capability. Nothing was stored (D40). */
    UNSUPPORTED,
    /** The engine's own access control refused. Nothing was stored. */
    PERMISSION_DENIED,
    /** The broker asks to slow down. Nothing was stored. */
    THROTTLED,
    /**
     * Unreachable, or no writable partition, known before anything was sent. Nothing was stored.
     */
    UNAVAILABLE,
    /**
     * The request was sent, and what became of it is not known (D2): a timeout, a lost connection,
     * a weaker store.
     */
    UNCERTAIN,
    /** The deadline passed before anything was sent. Nothing was stored (D3). */
    DEADLINE_EXCEEDED,
    /** The partition, or its epoch, is no longer this reader's (D20). Nothing was changed. */
    FENCED,
    /** The offset is not in the partition; fetch from {@link #correctedOffset()} instead. */
    OFFSET_OUT_OF_RANGE,
    /** The engine or this reader has been closed. Nothing was stored. */
    CLOSED,
    /**
     * A defect of the adapter, or an answer that it does not understand. What became of the request
     * is not known.
     */
    INTERNAL,
  }

  private final Kind kind;
  private final long correctedOffset;

  /** With a text for the caller. */
  public EngineException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** With a cause for the log; the cause's text never reaches a caller. */
  public EngineException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.correctedOffset = -1;
  }

  private EngineException(String message, long correctedOffset) {
    super(message);
    this.kind = Kind.OFFSET_OUT_OF_RANGE;
    this.correctedOffset = correctedOffset;
  }

  /** {@link Kind#OFFSET_OUT_OF_RANGE}, with the nearest offset that can be fetched. */
  public static EngineException offsetOutOfRange(String message, long correctedOffset) {
    return new EngineException(message, correctedOffset);
  }

  /** {@link Kind#UNSUPPORTED}, naming engine and capability. */
  public static EngineException unsupported(String engine, Capability capability) {
    return new EngineException(
        Kind.UNSUPPORTED, "engine '" + engine + "' does not support " + capability);
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Where to fetch instead; -1 unless the kind is {@link Kind#OFFSET_OUT_OF_RANGE}. */
  public long correctedOffset() {
    return correctedOffset;
  }

  /** Whether the message may have been stored all the same (D2). */
  public boolean mayHaveBeenApplied() {
    return kind == Kind.UNCERTAIN || kind == Kind.INTERNAL;
  }
}
