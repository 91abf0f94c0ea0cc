package io.nexus.server.cli;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.TypeConversionException;

/**
 * Parses options for whose types the command-line library would name an exception of Java in its
 * message.
 */
final class OptionValues {

  /** More digits than any amount or count has, and few enough to write one out. */
  private static final int MAX_DIGITS = 30;

  private static final int MAX_PORT = 65_535;

  private OptionValues() {}

  /**
   * A decimal number.
   *
   * @throws TypeConversionException if it is none
   */
  static BigDecimal number(String text) {
    try {
      var number = new BigDecimal(text);
      if (number.scale() <= MAX_DIGITS
          && (long) number.precision() - number.scale() <= MAX_DIGITS) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, in the words of the command.
    }
    throw new TypeConversionException("'" + text + "' is no number: give one such as 12.50");
  }

  /**
   * The address of a gateway.
   *
   * @throws TypeConversionException if it is none
   */
  static URI address(String text) {
    try {
      var address = new URI(text);
      boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (http && address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException e) {
      // Told below, in the words of the command.
    }
    throw new TypeConversionException(
        "'" + text + "' is no address: give an address such as http://gateway:8000");
  }

  /**
   * Checks a port.
   *
   * @throws Failure with exit code 2 if it is none
   */
  static void checkPort(int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new Failure(
          Failure.USAGE,
          "usage: --port: " + port + " is no port: give a number from 0 to " + MAX_PORT);
    }
  }
}
