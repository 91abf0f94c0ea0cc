package io.nexus.config;

import com.fasterxml.jackson.core.JacksonException;
import io.helidon.config.spi.ConfigParserException;

/** The document is not TOML. The message quotes nothing of the document. */
final class TomlSyntaxException extends ConfigParserException {

  private static final long serialVersionUID = 1L;

  private final int line;

  /**
   * @param line counted from 1; 0 if it is not known
   */
  TomlSyntaxException(String message, int line) {
    super(message);
    this.line = line;
  }

  TomlSyntaxException(String message, int line, Throwable cause) {
    super(message, cause);
    this.line = line;
  }

  static TomlSyntaxException of(JacksonException e) {
    var at = e.getLocation();
    return new TomlSyntaxException(
        harmless(e.getOriginalMessage()),
        at == null ? 0 : line(at.getLineNr(), at.getColumnNr()),
        e);
  }

  /** The line of the mistake, counted from 1; 0 if it is not known. */
  int line() {
    return line;
  }

  /** The parser notices a repeated key only after the line's end: the mistake is a line above. */
  private static int line(int line, int column) {
    return column <= 1 ? Math.max(1, line - 1) : line;
  }

  /** Cuts the message at a colon: the rest may quote the document. */
  private static String harmless(String message) {
    int colon = message.indexOf(':');
    return colon < 0 ? message : message.substring(0, colon);
  }
}
