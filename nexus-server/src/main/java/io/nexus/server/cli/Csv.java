package io.nexus.server.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Comma-separated values by RFC 4180: lines end with CR LF, quotes are doubled.
 *
 * <p>Names come from clients, and a spreadsheet treats a cell that begins with {@code =}, {@code
 * +}, {@code -} or {@code @} as a formula: such a text gets a leading apostrophe, which marks text
 * in spreadsheets. Numbers are unchanged.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">CSV injection</a>
 */
final class Csv {

  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  private Csv() {}

  /** Prints one line. */
  static void print(PrintWriter out, List<String> fields) {
    out.print(fields.stream().map(Csv::field).collect(Collectors.joining(",", "", "\r\n")));
  }

  private static String field(String value) {
    var text = isFormula(value) ? "'" + value : value;
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static boolean isFormula(String text) {
    return !text.isEmpty()
        && "=+-@\t\r".indexOf(text.charAt(0)) >= 0
        && !NUMBER.matcher(text).matches();
  }
}
