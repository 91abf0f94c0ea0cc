package io.nexus.server.litellm;

/** A configuration that cannot be imported. */
public final class ImportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;

  ImportException(int line, String wrong, String todo) {
    super(wrong + ": " + todo);
    this.line = line;
  }

  /** The line, counted from 1. */
  public int line() {
    return line;
  }
}
