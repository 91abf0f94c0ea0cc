package io.nexus.server.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values as RFC 4180 has them: lines end with CR LF, quotes are doubled. */
final class Csv {

  private Csv() {}

  /** Prints one line. */
  static void print(PrintWriter out, List<String> fields) {
    out.print(fields.stream().map(Csv::field).collect(Collectors.joining(",", "", "\r\n")));
  }

  private static String field(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
