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
