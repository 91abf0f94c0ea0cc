package io.nexus.control.spi;

/** A backend gave no answer. Its message names no key and no text of the request. */
public final class BackendException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why there was no answer. */
  public enum Kind {
    /** Nothing was sent: the connection could not be made. Trying another backend costs nothing. */
    UNREACHABLE,
    /** The request was sent, in part at least, and the connection ended before an answer began. */
    LOST,
    /** The request was sent and nothing came in time. */
    TIMEOUT,
    /** It answers, but not as asked: it appears to be up. */
    REFUSED;

    /** Whether the backend may have served, and may bill, the unanswered request. */
    public boolean mayBeBilled() {
      return this == LOST || this == TIMEOUT;
    }
  }

  private final Kind kind;
  private final String message;

  /** A backend that answers, but not as it should. */
  public BackendException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.message = message;
  }

  /** An exchange that failed. */
  public BackendException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.message = message;
  }

  /** What the backend did, to be read after its name. */
  @Override
  public String getMessage() {
    return message;
  }

  /** Why there was no answer. */
  public Kind kind() {
    return kind;
  }
}
