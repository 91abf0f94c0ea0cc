package io.nexus.control.ledger;

/**
 * A call of the ledger failed. It has had no effect, unless the connection broke during the commit.
 * It may then be repeated, because every call that moves money is idempotent or is corrected by the
 * next {@link Standing}.
 *
 * <p>The message says what was wrong, where, and what to do. It contains no password.
 */
public final class LedgerException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String message;

  /** What went wrong. */
  public enum Kind {
    /** It cannot be reached, or is just starting or stopping. */
    UNREACHABLE,
    /** It refuses the user or the password. */
    DENIED,
    /** The disk under it is full. */
    FULL,
    /** It cannot be written. */
    READ_ONLY,
    /** Its data is damaged, or is no ledger. */
    CORRUPT,
    /** Its files do not belong together. */
    FOREIGN,
    /** Another gateway has it open, and it serves only one. */
    IN_USE,
    /** Another process has joined under this node's name. */
    FENCED,
    /** A newer version of the gateway has written it. */
    NEWER,
    /** Its address is malformed. */
    ADDRESS,
    /** Anything else. */
    FAILED
  }

  /** A failure without a cause. */
  public LedgerException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.message = message;
  }

  /** A failure with its cause. */
  public LedgerException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.message = message;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** What was wrong, where, and what to do. */
  @Override
  public String getMessage() {
    return message;
  }
}
