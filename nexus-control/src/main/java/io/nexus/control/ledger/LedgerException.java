package io.nexus.control.ledger;

/**
 * The ledger could not do what it was asked. Nothing of the call has taken effect, unless the
 * connection broke while it was being committed: then the call may be made again, for every call
 * that moves money is idempotent or is corrected by the next {@link Standing}.
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
    /** What is stored is damaged, or is no ledger. */
    CORRUPT,
    /** Its files do not belong together. */
    FOREIGN,
    /** Another gateway has it open, and it serves only one. */
    IN_USE,
    /** Another process has joined under this node's name. */
    FENCED,
    /** A newer version of the gateway has written it. */
    NEWER,
    /** Its address makes no sense. */
    ADDRESS,
    /** Anything else. */
    FAILED
  }

  /** A failure without a cause worth keeping. */
  public LedgerException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.message = message;
  }

  /** A failure that another one led to. */
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
