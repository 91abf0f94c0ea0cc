package io.nexus.control.spi;

/** A backend gave no answer. Its message names no key and no text of the request. */
public final class BackendException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why there was no answer. */
  public enum Kind {
    /** The connection could not be made, or it ended before an answer began. */
    UNREACHABLE,
    /** Nothing came in time. */
    TIMEOUT
  }

  private final Kind kind;

  /** An exchange that failed. */
  public BackendException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why there was no answer. */
  public Kind kind() {
    return kind;
  }
}
